import { afterEach, describe, expect, it } from 'vitest';
import type { LinkCondition } from '../../../infra/world/faults.ts';
import { type ReplicationLink, startReplicationLink } from '../../../infra/world/replication-link.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';

interface Change {
  readonly id: number;
  readonly region: string;
}

describe('replication link', () => {
  it('applies every change that its source wrote itself, and sends nothing back', async () => {
    const world = startLink();
    world.write([
      { id: 1, region: 'us' },
      { id: 2, region: 'eu' },
      { id: 3, region: 'us' },
    ]);

    await world.link.caughtUp();

    expect(world.applied.sort()).toEqual([1, 3]);
  });

  it('does not keep the order of the stream', async () => {
    const world = startLink();
    const ids = Array.from({ length: 50 }, (_, i) => i);
    world.write(ids.map((id) => ({ id, region: 'us' })));

    await world.link.caughtUp();

    const inOrder = world.applied.filter((id, i) => i > 0 && id > (world.applied[i - 1] ?? 0));
    expect(inOrder.length).toBeGreaterThan(10);
    expect(inOrder.length).toBeLessThan(40);
    expect([...world.applied].sort((left, right) => left - right)).toEqual(ids);
  });

  it('lets changes wait while it is cut, and drains them once it is healed', async () => {
    const world = startLink();
    world.condition = { isCut: true, lagMs: 0 };
    world.write([
      { id: 1, region: 'us' },
      { id: 2, region: 'us' },
    ]);
    await world.rounds(3);
    expect(world.applied).toEqual([]);
    expect(world.link.backlogItems()).toBe(2);

    world.condition = { isCut: false, lagMs: 0 };
    await world.link.caughtUp();

    expect(world.applied.sort()).toEqual([1, 2]);
    expect(world.link.backlogItems()).toBe(0);
  });

  it('is not caught up before its backlog has crossed', async () => {
    const world = startLink();
    world.condition = { isCut: true, lagMs: 0 };
    world.write([{ id: 1, region: 'us' }]);
    let isCaughtUp = false;
    const caughtUp = world.link.caughtUp().then(() => {
      isCaughtUp = true;
    });
    await world.rounds(3);
    expect(isCaughtUp).toBe(false);

    world.condition = { isCut: false, lagMs: 0 };
    await caughtUp;
    expect(world.applied).toEqual([1]);
  });

  it('is not caught up before what it had no room for has crossed as well', async () => {
    const world = startLink();
    world.condition = { isCut: true, lagMs: 0 };
    world.write(Array.from({ length: 20_000 }, (_, id) => ({ id, region: 'us' })));
    await world.rounds(2);
    world.write([{ id: 20_000, region: 'us' }]);
    const caughtUp = world.link.caughtUp();
    await world.rounds(2);
    expect(world.link.backlogItems()).toBe(20_000);

    world.condition = { isCut: false, lagMs: 0 };
    await caughtUp;

    expect(world.applied).toContain(20_000);
    expect(world.applied).toHaveLength(20_001);
  });

  it('delays every change by the lag, give or take half of it', async () => {
    const world = startLink();
    world.condition = { isCut: false, lagMs: 1_000 };
    world.write(Array.from({ length: 100 }, (_, id) => ({ id, region: 'us' })));
    await world.rounds(2);

    world.nowMs += 499;
    await world.rounds(2);
    expect(world.applied).toHaveLength(0);

    world.nowMs += 501;
    await world.rounds(20);
    expect(world.applied.length).toBeGreaterThan(10);
    expect(world.applied.length).toBeLessThan(90);

    world.nowMs += 501;
    await world.rounds(20);
    expect(world.applied).toHaveLength(100);
  });

  it('lets go of what a lag held once the lag is healed', async () => {
    const world = startLink();
    world.condition = { isCut: false, lagMs: 60_000 };
    world.write([{ id: 1, region: 'us' }]);
    await world.rounds(2);

    world.condition = { isCut: false, lagMs: 0 };
    await world.link.caughtUp();

    expect(world.applied).toEqual([1]);
  });

  it('applies again what could not be applied', async () => {
    const world = startLink();
    world.failures = 3;
    world.write([
      { id: 1, region: 'us' },
      { id: 2, region: 'us' },
    ]);

    await world.link.caughtUp();

    expect(world.applied.sort()).toEqual([1, 2]);
    expect(world.faults.length).toBeGreaterThan(0);
  });
});

let link: ReplicationLink | undefined;
afterEach(() => link?.stop());

const startLink = () => {
  let stream: Change[] = [];
  const world = {
    condition: { isCut: false, lagMs: 0 } as LinkCondition,
    nowMs: 0,
    failures: 0,
    applied: [] as number[],
    faults: [] as unknown[],
    write: (changes: readonly Change[]) => void stream.push(...changes),
    rounds: async (count: number) => {
      for (let round = 0; round < count * 2; round++) await new Promise(setImmediate);
    },
  };
  link = startReplicationLink<Change>({
    from: 'us',
    to: 'eu',
    table: 'ledger',
    read: async () => {
      const read = stream;
      stream = [];
      return read;
    },
    isOwn: ({ region }) => region === 'us',
    apply: async ({ id }) => {
      if (world.failures-- > 0) throw new Error('no answer');
      world.applied.push(id);
    },
    condition: () => world.condition,
    clock: { nowMs: () => world.nowMs },
    random: createSeededRandom(1),
    sleep: () => new Promise(setImmediate),
    onFault: (fault) => world.faults.push(fault),
  });
  return Object.assign(world, { link });
};
