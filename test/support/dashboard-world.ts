/** A world with its dashboard, as `rejoin up` puts them together, for the browser tests of one file. */
import { afterAll, beforeAll } from 'vitest';
import { type ControlServer, startControlServer } from '../../infra/world/control/control-server.ts';
import { startWorld } from '../../infra/world/main.ts';
import type { World } from '../../infra/world/world-types.ts';
import { openWorldDashboard } from '../../services/dashboard/world-dashboard.ts';
import { type Desk, openDesks } from './review-world.ts';
import { breaker, shopGrant } from './world-client.ts';

export interface DashboardWorld {
  /** Without a slash at the end. */
  readonly url: string;
  readonly world: World;
  readonly inUs: Desk;
  readonly inEu: Desk;
  /** Throws when something is still on its way after a minute. */
  readonly drain: () => Promise<void>;
}

/** It stands for all tests of the file. The regions decide through any partition, and ask a person after a second. */
export const useDashboardWorld = (): (() => DashboardWorld) => {
  let world: World | undefined;
  let control: ControlServer | undefined;
  let desks: readonly Desk[] = [];
  const faults: unknown[] = [];

  beforeAll(async () => {
    const regions = ['us-east-1', 'eu-west-1'];
    const onFault = (fault: unknown) => faults.push(fault);
    world = await startWorld({
      engine: 'dynamodb-local',
      regions,
      breaker: { ...breaker, thresholdSeconds: 3_600 },
      review: { graceSeconds: 'contested=1,illegal=4,resolutions-differ=1', sweepSeconds: 1 },
      onFault,
    });
    const dashboard = await openWorldDashboard({ regions, tenant: shopGrant.tenant });
    control = await startControlServer({ world, port: 0, dashboard, onFault });
    desks = await openDesks(world);
  });
  afterAll(async () => {
    for (const desk of desks) desk.api.close();
    await control?.stop();
    await world?.stop();
    if (faults.length > 0) throw new AggregateError(faults, 'the world met faults that nobody switched on');
  });

  return () => {
    const [inUs, inEu] = desks;
    if (!world || !control || !inUs || !inEu) throw new Error('the world stands only while the tests of its file run');
    const standing = world;
    return {
      url: `http://127.0.0.1:${control.port}`,
      world,
      inUs,
      inEu,
      drain: async () => {
        if (!(await standing.waitUntilDrained({ timeoutMs: 60_000 }))) throw new Error('the world did not drain');
      },
    };
  };
};
