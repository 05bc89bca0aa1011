import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StreamClass } from '../../../domain/fold/folded-stream.ts';
import { createOrderTraffic, type OrderTraffic, type Pace } from '../../../infra/world/traffic/order-traffic.ts';
import type { Region, World } from '../../../infra/world/world-types.ts';
import { useWorlds } from '../../support/use-worlds.ts';

/** Long enough that no test ends by it. */
const pace: Pace = { ordersPerSecond: 20, seconds: 600 };
const worldOf = useWorlds({ played: { engine: 'in-memory', onFault: (fault) => faults.push(fault) } });
const faults: unknown[] = [];
let world: World;
let traffic: OrderTraffic;
beforeAll(() => {
  world = worldOf('played');
  traffic = createOrderTraffic({ world, onFault: (fault) => faults.push(fault) });
});
afterEach(async () => {
  await traffic.stop();
  await world.heal();
  expect(await world.waitUntilDrained({ timeoutMs: 60_000 })).toBe(true);
  expect(faults).toEqual([]);
});

const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await sleep(50);
};

interface Orders {
  readonly statuses: ReadonlySet<string>;
  readonly classes: ReadonlyMap<StreamClass, number>;
}

/** Of this play's orders, as the region's views have them. */
const ordersIn = async (region: Region | undefined): Promise<Orders> => {
  const statuses = new Set<string>();
  const classes = new Map<StreamClass, number>();
  const { startedAt = '' } = traffic.state();
  for await (const { stream, row } of region?.views() ?? []) {
    if (!stream.includes(`play-${Date.parse(startedAt).toString(36)}-`)) continue;
    statuses.add(row.status);
    classes.set(row.class, (classes.get(row.class) ?? 0) + 1);
  }
  return { statuses, classes };
};

const countOf = ({ classes }: Orders, ...names: readonly StreamClass[]): number =>
  names.reduce((sum, name) => sum + (classes.get(name) ?? 0), 0);

describe('order traffic', () => {
  it('places orders in every region and leads them through their lives, of which none needs anybody', async () => {
    expect(traffic.start(pace)).toBe(true);
    expect(traffic.start(pace)).toBe(false);
    await until(async () => (await ordersIn(world.regions[0])).statuses.has('delivered'));

    await traffic.stop();

    const { sent, taken, refused, failed } = traffic.state();
    expect(refused + failed).toBe(0);
    expect(taken).toBe(sent);
    await world.waitUntilDrained({ timeoutMs: 60_000 });
    for (const region of world.regions) {
      const entries = await region.countEntries();
      expect(entries).toBe(taken);
      expect(countOf(await ordersIn(region), 'review', 'illegal')).toBe(0);
      const writers = new Set<string>();
      for await (const stream of region.eventStore.streams())
        for (const entry of (await region.eventStore.load(stream)).entries) writers.add(entry.region);
      expect([...writers].sort()).toEqual(['eu-west-1', 'us-east-1']);
    }
  });

  it('has conflicts while the regions do not see each other: some need a person, most merge', async () => {
    traffic.start(pace);
    await until(() => traffic.state().taken >= 20);
    await world.setFault({ kind: 'partition' });
    const cutAt = traffic.state().taken;
    await until(() => traffic.state().taken >= cutAt + 250);
    await traffic.stop();
    await world.heal();
    await world.waitUntilDrained({ timeoutMs: 60_000 });

    for (const region of world.regions) {
      const orders = await ordersIn(region);
      const [open, merged] = [countOf(orders, 'review'), countOf(orders, 'merged', 'precedence')];
      expect(open).toBeGreaterThan(0);
      expect(merged).toBeGreaterThan(open);
      expect(countOf(orders, 'illegal')).toBe(0);
    }
  });

  it('goes on in the other region while one is out', async () => {
    await world.setFault({ kind: 'outage', from: 'eu-west-1' });
    traffic.start(pace);

    await until(() => traffic.state().failed > 0 && traffic.state().taken >= 40);

    await traffic.stop();
    const { sent, taken, refused, failed } = traffic.state();
    expect(taken + refused + failed).toBe(sent);
  });

  it('ends when its time is up, with everything accounted for', async () => {
    traffic.start({ ordersPerSecond: 10, seconds: 1 });
    await until(() => traffic.state().state === 'idle');

    const { sent, taken, refused, failed, startedAt = '', endsAt = '' } = traffic.state();
    expect(sent).toBeGreaterThan(0);
    expect(taken + refused + failed).toBe(sent);
    expect(Date.parse(endsAt) - Date.parse(startedAt)).toBeGreaterThanOrEqual(1_000);
    expect(traffic.start({ ordersPerSecond: 1, seconds: 1 })).toBe(true);
  });
});
