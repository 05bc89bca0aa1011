/**
 * Laws of the world's strongly consistent table, under writers and readers in all regions at once, links that are cut and
 * slow one way or both, and databases that answer late, or not at all.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFaults } from '../../infra/world/faults.ts';
import { type ItemKey, nameOf } from '../../infra/world/strong-table/replica.ts';
import { startStrongTable, type TableAnswer } from '../../infra/world/strong-table/strong-table.ts';
import { createSeededRandom } from '../support/builders/seeded-random.ts';
import { answered, createInMemoryReplica, itemAt, putIfFree } from '../support/replicas-in-memory.ts';
import { createVirtualTime } from '../support/virtual-time.ts';

const regions = ['us-east-1', 'eu-west-1', 'ap-south-1'] as const;
const entries: readonly ItemKey[] = [1, 2, 3].map((seq) => ({ stream: 'order/a/1', position: `global/${seq}` }));
const beat: ItemKey = { stream: `heartbeat/${regions[0]}`, position: 'beat' };
const tasks = 8;
const stepsOfTask = 8;

it('shows one history to everybody who has a quorum, and ends with equal replicas', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const run = await runTable(seed);
      for (const key of [...entries, beat]) expectOneHistory(run.seen.filter((it) => it.key === key));
      expect(run.seen.filter(({ kind }) => kind === 'read').length).toBeGreaterThan(0);
      const [first, ...others] = run.replicas.map((replica) => Object.fromEntries([...replica.items].sort()));
      for (const other of others) expect(other).toEqual(first);
    }),
    { numRuns: 300 },
  );
});

interface Seen {
  readonly kind: 'read' | 'written';
  readonly key: ItemKey;
  /** Of an entry a position's content, of the heartbeat its number. 0 is nothing. */
  readonly value: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Of an entry there is one value ever, of the heartbeat larger and larger ones; what has been seen is never unseen. */
const expectOneHistory = (seen: readonly Seen[]): void => {
  for (const later of seen.filter(({ kind }) => kind === 'read')) {
    const before = seen.filter(({ toMs }) => toMs < later.fromMs);
    expect(later.value).toBeGreaterThanOrEqual(Math.max(0, ...before.map(({ value }) => value)));
  }
  const entryValues = new Set(seen.filter(({ key, value }) => key !== beat && value > 0).map(({ value }) => value));
  expect(entryValues.size).toBeLessThanOrEqual(1);
};

const runTable = async (seed: number) => {
  const random = createSeededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const time = createVirtualTime();
  const faults = createFaults(regions);
  const byRegion = new Map(regions.map((region) => [region as string, createInMemoryReplica()]));
  const slow = new Map(
    [...byRegion].map(([region, replica]) => [region, slowed(replica, () => time.sleep(random() * 20))]),
  );
  const table = await startStrongTable({
    tableName: 'ledger',
    replicas: slow,
    faults,
    clock: time.clock,
    sleep: time.sleep,
    patience: () => new Promise(() => undefined),
    onFault: () => undefined,
  });
  const seen: Seen[] = [];
  let lastValue = 0;

  const note = async (kind: Seen['kind'], key: ItemKey, ask: () => Promise<number | undefined>): Promise<void> => {
    const fromMs = time.clock.nowMs();
    const value = await ask();
    if (value !== undefined) seen.push({ kind, key, value, fromMs, toMs: time.clock.nowMs() });
  };

  const write = async (region: string, key: ItemKey): Promise<number | undefined> => {
    const replica = byRegion.get(region) as ReturnType<typeof createInMemoryReplica>;
    const value = ++lastValue;
    const item = itemAt(key, String(value));
    const given = await table.write(region, {
      key,
      image: random() < 0.5 ? item : undefined,
      perform: async () => {
        await time.sleep(random() * 20);
        if (random() < 0.05) throw new Error('the question is lost');
        if (key === beat) replica.items.set(nameOf(key), item);
        const answer = key === beat ? answered(200) : putIfFree(replica, key, item);
        await time.sleep(random() * 20);
        if (random() < 0.05) throw new Error('the answer is lost');
        return answer;
      },
    });
    return statusOf(given) === 200 ? value : undefined;
  };

  const read = async (region: string, key: ItemKey): Promise<number | undefined> => {
    const given = await table.read(region, async () => {
      const item = byRegion.get(region)?.items.get(nameOf(key)) as { readonly id: { readonly S: string } } | undefined;
      await time.sleep(random() * 20);
      return answered(200, item?.id.S ?? '0');
    });
    return given.kind === 'answered' ? Number(given.answer.body.toString()) : undefined;
  };

  const breakLink = (): void => {
    const [from, to] = [pick(regions), pick(regions)];
    const bothWays = random() < 0.5;
    if (random() < 0.4) faults.set({ kind: 'heal' });
    else if (from === to) faults.set({ kind: 'outage', from });
    else if (random() < 0.5) faults.set({ kind: 'lag', ms: Math.floor(random() * 100), from, to, bothWays });
    else faults.set({ kind: 'partition', from, to, bothWays });
  };

  // Every region's heartbeat is its own to write: one after the other.
  const beats = async (): Promise<void> => {
    for (let step = 0; step < stepsOfTask; step++) {
      await note('written', beat, () => write(regions[0], beat));
      await time.sleep(random() * 50);
    }
  };
  const orders = async (): Promise<void> => {
    for (let step = 0; step < stepsOfTask; step++) {
      const key = pick([...entries, beat]);
      if (random() < 0.1) breakLink();
      if (key === beat || random() < 0.5) await note('read', key, () => read(pick(regions), key));
      else await note('written', key, () => write(pick(regions), key));
      await time.sleep(random() * 50);
    }
  };
  await Promise.all([beats(), ...Array.from({ length: tasks }, orders)]);
  faults.set({ kind: 'heal' });
  for (const region of regions) await note('read', beat, () => read(region, beat));
  // What is unknown is settled within a second.
  await time.sleep(1_000);
  await table.link(regions[0], regions[1]).caughtUp();
  await table.stop();
  return { seen, replicas: [...byRegion.values()] };
};

const statusOf = (given: TableAnswer): number => (given.kind === 'answered' ? given.answer.status : 0);

/** Replication takes its time, too. */
const slowed = (replica: ReturnType<typeof createInMemoryReplica>, pause: () => Promise<void>) => ({
  ...replica,
  read: async (key: ItemKey) => {
    await pause();
    return replica.read(key);
  },
  write: async (...args: Parameters<typeof replica.write>) => {
    await pause();
    await replica.write(...args);
    await pause();
  },
});
