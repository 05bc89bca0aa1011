/**
 * A replication link on which heartbeats never end, in virtual time: what it owes, what it lets go, when it has caught up.
 */
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { LinkCondition } from '../../../infra/world/faults.ts';
import { type ReplicationLink, startReplicationLink } from '../../../infra/world/replication-link.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { createVirtualTime } from '../../support/virtual-time.ts';

interface Change {
  readonly key: string | undefined;
  readonly number: number;
  readonly writtenAtMs: number;
}

describe('replication link under heartbeats', () => {
  it.each([0, 400, 5_000])('catches up with what was written before, under a lag of %i ms', async (lagMs) => {
    const world = startLink({ lagMs });
    world.beatEvery(1_000, 60_000);
    await world.time.sleep(20_500);
    const entry = world.write();

    await world.link.caughtUp();

    expect(world.isApplied(entry)).toBe(true);
    expect(world.time.passedMs()).toBeLessThanOrEqual(20_500 + 1.5 * lagMs + 1_000);
  });

  it('is not caught up before an earlier change was applied, though later ones were', async () => {
    const world = startLink({ lagMs: 60_000 });
    const entry = world.write();
    await world.time.sleep(1_000);
    world.beatEvery(1_000, 300_000);
    const caughtUp = world.watch(world.link.caughtUp());
    while (!world.isApplied(entry)) {
      expect(caughtUp.isDone).toBe(false);
      await world.time.sleep(1_000);
    }
    await caughtUp.promise;

    expect(world.time.passedMs()).toBeGreaterThan(30_000);
  });

  it('is not caught up before it has read all that was written, in however many reads', async () => {
    const world = startLink({});
    const entries = Array.from({ length: 9 }, () => world.write());

    await world.link.caughtUp();

    expect(entries.filter((entry) => !world.isApplied(entry))).toEqual([]);
  });

  it('is not caught up while it is cut, and is once it is healed', async () => {
    const world = startLink({ isCut: true });
    const entry = world.write();
    world.beatEvery(1_000, 120_000);
    const caughtUp = world.watch(world.link.caughtUp());
    await world.time.sleep(60_000);
    expect(caughtUp.isDone).toBe(false);

    world.condition = { isCut: false, lagMs: 0 };
    await caughtUp.promise;

    expect(world.isApplied(entry)).toBe(true);
  });

  it.each([0, 3_000])('owes its peer the newest heartbeat after 47 minutes apart (lag %i ms)', async (lagMs) => {
    const world = startLink({ isCut: true, lagMs });
    const minutes47 = 47 * 60_000;
    const entries = [world.write(), world.write()];
    world.beatEvery(1_000, minutes47);
    await world.time.sleep(minutes47 + 1_000 + 1.5 * lagMs);
    expect(world.link.backlogItems()).toBe(entries.length + 1);

    world.condition = { isCut: false, lagMs: 0 };
    await world.link.caughtUp();

    expect(world.applied.map(({ number }) => number).sort()).toEqual([1, 2, 2 + minutes47 / 1_000]);
  });

  it('lets every heartbeat take its lag: none waits for ever, and none arrives early in the place of an older one', async () => {
    const world = startLink({ lagMs: 10_000 });
    world.beatEvery(1_000, 120_000);
    await world.time.sleep(120_000);

    const delays = world.applied.map((change) => change.appliedAtMs - change.writtenAtMs);
    expect(world.applied.length).toBeGreaterThan(30);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(5_000);
    expect(Math.max(...delays)).toBeLessThan(15_500);
  });

  it('is not caught up before the heartbeat is applied for which an older one was let go', async () => {
    const world = startLink({ isCut: true });
    world.write('us');
    const caughtUp = world.watch(world.link.caughtUp());
    await world.time.sleep(1_000);
    const newer = world.write('us');
    await world.time.sleep(1_000);
    world.failures = 3;
    world.condition = { isCut: false, lagMs: 0 };
    await world.time.sleep(1_000);
    expect(world.failures).toBeLessThan(3);
    expect(caughtUp.isDone).toBe(false);

    await caughtUp.promise;

    expect(world.applied.map(({ number }) => number)).toEqual([newer.number]);
  });

  it('has applied all that was written before, whenever it says so, whatever happened meanwhile', () =>
    fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 40 }), fc.integer(), async (happened, seed) => {
        const world = startLink({ lagMs: 0 }, seed);
        const asked: Promise<void>[] = [];
        for (const step of happened) {
          if (step.kind === 'write') world.write(step.key);
          else if (step.kind === 'condition') world.condition = step;
          else if (step.kind === 'fail') world.failures = step.times;
          else {
            const before = [...world.written];
            const check = () => expect(before.filter((change) => !world.isApplied(change))).toEqual([]);
            asked.push(world.link.caughtUp().then(check));
          }
          await world.time.sleep(step.thenMs);
        }
        world.condition = { isCut: false, lagMs: 0 };
        world.failures = 0;
        await Promise.all([...asked, world.link.caughtUp()]);
        expect(world.written.filter((change) => !world.isApplied(change))).toEqual([]);
        expect(world.link.backlogItems()).toBe(0);
        await world.link.stop();
      }),
      { numRuns: 300 },
    ));
});

const thenMs = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000 }));
const steps = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), key: fc.constantFrom(undefined, 'us', 'other'), thenMs }),
  fc.record({
    kind: fc.constant('condition' as const),
    isCut: fc.boolean(),
    lagMs: fc.constantFrom(0, 500, 4_000),
    thenMs,
  }),
  fc.record({ kind: fc.constant('fail' as const), times: fc.integer({ min: 1, max: 5 }), thenMs }),
  fc.record({ kind: fc.constant('ask' as const), thenMs }),
);

/** Few, so that what was written takes several reads. */
const pageChangesMax = 2;

let link: ReplicationLink | undefined;
afterEach(() => link?.stop());

const startLink = (condition: Partial<LinkCondition>, seed = 1) => {
  const time = createVirtualTime();
  const stream: Change[] = [];
  const written: Change[] = [];
  const applied: (Change & { readonly appliedAtMs: number })[] = [];

  const write = (key?: string): Change => {
    const change = { key, number: written.length + 1, writtenAtMs: time.clock.nowMs() };
    written.push(change);
    stream.push(change);
    return change;
  };
  const world = {
    time,
    written,
    applied,
    write,
    condition: { isCut: false, lagMs: 0, ...condition },
    failures: 0,
    beatEvery: (everyMs: number, forMs: number): void => {
      if (forMs < everyMs) return;
      time.after(everyMs, () => {
        write('us');
        world.beatEvery(everyMs, forMs - everyMs);
      });
    },
    /** Itself, or one that replaces it. */
    isApplied: ({ key, number }: Change): boolean =>
      applied.some((it) => it.number === number || (key !== undefined && it.key === key && it.number > number)),
    watch: (promise: Promise<void>) => {
      const watched = { isDone: false, promise };
      void promise.then(() => {
        watched.isDone = true;
      });
      return watched;
    },
  };
  link = startReplicationLink<Change>({
    from: 'us',
    to: 'eu',
    table: 'ledger',
    read: async () => stream.splice(0, pageChangesMax),
    isOwn: () => true,
    keyOf: ({ key }) => key,
    apply: async (change) => {
      if (world.failures-- > 0) throw new Error('no answer');
      applied.push({ ...change, appliedAtMs: time.clock.nowMs() });
    },
    condition: () => world.condition,
    clock: time.clock,
    random: createSeededRandom(seed),
    sleep: time.sleep,
    onFault: () => undefined,
  });
  return Object.assign(world, { link });
};
