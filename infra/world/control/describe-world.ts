/** What the world's address says of the world, as JSON. What is undefined is left out. */
import type { PlayState } from '../traffic/order-traffic.ts';
import type { World } from '../world-types.ts';

export interface WorldActivity {
  readonly play: PlayState;
  readonly hasReport: boolean;
}

/** For whoever looks on: it opens nothing. */
export const describeState = (world: World, activity: WorldActivity) => ({
  engine: world.engine,
  regions: world.regions.map(({ name, apiUrl, hostPid }) => ({ name, apiUrl, pid: hostPid() })),
  witness: world.witness,
  faults: world.faults(),
  backlog: world.backlog(),
  ...activity,
});

/** For other processes of this machine, which it lets work on the regions' databases. */
export const describeWorld = (world: World, activity: WorldActivity) => {
  const { regions, ...rest } = describeState(world, activity);
  return { ...rest, regions: regions.map((region, i) => ({ ...region, environment: world.regions[i]?.environment })) };
};

export const describeAlerts = (world: World) => ({
  regions: world.regions.map(({ name, recentAlerts }) => ({ name, alerts: recentAlerts() })),
});
