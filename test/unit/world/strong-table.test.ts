import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFaults, type Faults } from '../../../infra/world/faults.ts';
import { type DatabaseAnswer, type ItemKey, nameOf } from '../../../infra/world/strong-table/replica.ts';
import {
  type StrongTable,
  startStrongTable,
  type TableAnswer,
} from '../../../infra/world/strong-table/strong-table.ts';
import {
  answered,
  createInMemoryReplica,
  type InMemoryReplica,
  itemAt,
  putIfFree,
} from '../../support/replicas-in-memory.ts';
import { createVirtualTime, type VirtualTime } from '../../support/virtual-time.ts';

const [us, eu, ap] = ['us-east-1', 'eu-west-1', 'ap-south-1'] as const;
const regions = [us, eu, ap];
const first: ItemKey = { stream: 'order/default/1001', position: 'global/0000000001' };
const second: ItemKey = { ...first, position: 'global/0000000002' };
const third: ItemKey = { ...first, position: 'global/0000000003' };

let table: StrongTable;
let faults: Faults;
let replicas: ReadonlyMap<string, InMemoryReplica>;
let time: VirtualTime;
let reported: unknown[];
/** Of those who wait now. */
let waiting: Set<() => void>;

const startTable = async (): Promise<void> => {
  table = await startStrongTable({
    tableName: 'ledger',
    replicas,
    faults,
    clock: time.clock,
    sleep: time.sleep,
    patience: async (isAnswered) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      isAnswered.addEventListener('abort', () => waiting.delete(resolve));
      await promise;
    },
    onFault: (fault) => reported.push(fault),
  });
};

beforeEach(async () => {
  faults = createFaults(regions);
  replicas = new Map(regions.map((region) => [region, createInMemoryReplica()]));
  time = createVirtualTime();
  reported = [];
  waiting = new Set();
  await startTable();
});
afterEach(() => table.stop());

const replicaOf = (region: string): InMemoryReplica => replicas.get(region) as InMemoryReplica;
const idAt = (region: string, key = first): unknown => replicaOf(region).items.get(nameOf(key))?.['id'];
const idOf = (region: string): unknown => (idAt(region) as { readonly S: string } | undefined)?.S;

/** `before` holds the region's database up, `after` only its answer. */
const put = (region: string, key = first, { before, after, id = region }: Partial<Hold> = {}): Promise<TableAnswer> => {
  const item = itemAt(key, id);
  const perform = async (): Promise<DatabaseAnswer> => {
    await before;
    const answer = putIfFree(replicaOf(region), key, item);
    await after;
    return answer;
  };
  return table.write(region, { key, image: item, perform });
};

interface Hold {
  readonly before: Promise<unknown>;
  readonly after: Promise<unknown>;
  readonly id: string;
}

/** A strongly consistent read of one item: its id. */
const read = (region: string, key = first): Promise<TableAnswer> =>
  table.read(region, async () => answered(200, JSON.stringify(idAt(region, key) ?? null)));

const found = (given: TableAnswer): unknown =>
  given.kind === 'answered' ? JSON.parse(given.answer.body.toString('utf8')) : given.kind;

const statusOf = (given: TableAnswer): unknown => (given.kind === 'answered' ? given.answer.status : given.kind);

const eventually = async (isTrue: () => boolean): Promise<void> => {
  for (let turns = 0; !isTrue(); turns++) {
    if (turns > 2_000) throw new Error(`never: ${isTrue}`);
    await new Promise((next) => setImmediate(next));
  }
};

describe('a write', () => {
  it('stands in every region that can be reached before it is answered', async () => {
    expect(statusOf(await put(us))).toBe(200);
    expect(regions.map((region) => idAt(region))).toEqual(regions.map(() => ({ S: us })));
  });

  it('tells a writer in another region at once that it is met, whatever that would have found', async () => {
    const { promise: before, resolve: go } = Promise.withResolvers<void>();
    const standing = put(us, first, { before });
    expect(statusOf(await put(eu))).toBe('conflict');
    expect(statusOf(await put(eu, second))).toBe(200);
    go();
    expect(statusOf(await standing)).toBe(200);
    expect(statusOf(await put(eu))).toBe(400);
    expect(idAt(eu)).toEqual({ S: us });
  });

  it('lets a writer in the same region wait, and then find what stands', async () => {
    const { promise: before, resolve: go } = Promise.withResolvers<void>();
    const order: string[] = [];
    const both = [put(us, first, { before, id: 'a' }), put(us, first, { id: 'b' })].map((done, i) =>
      done.then((given) => order.push(`${i} ${statusOf(given)}`)),
    );
    await time.sleep(1_000);
    expect(idAt(us)).toBeUndefined();
    go();
    await Promise.all(both);
    expect(order).toEqual(['0 200', '1 400']);
    expect(idAt(ap)).toEqual({ S: 'a' });
  });

  it('lets the next one in after one that found the item taken', async () => {
    await put(us);
    expect(statusOf(await put(eu))).toBe(400);
    expect(statusOf(await put(ap))).toBe(400);
  });

  it('first brings its replica up to date with what was committed while the region was cut off', async () => {
    faults.set({ kind: 'partition', from: ap });
    await put(us);
    expect(idAt(ap)).toBeUndefined();
    faults.set({ kind: 'heal' });
    expect(statusOf(await put(ap))).toBe(400);
    expect(idAt(ap)).toEqual({ S: us });
  });

  it('goes on where a region died in the middle: what stands anywhere is owed to the others', async () => {
    await table.stop();
    replicaOf(eu).items.set(nameOf(first), itemAt(first, 'left over'));
    await startTable();
    expect(statusOf(await put(us))).toBe(400);
    await table.link(eu, us).caughtUp();
    expect(regions.map((region) => idAt(region))).toEqual(regions.map(() => ({ S: 'left over' })));
  });
});

describe('a quorum', () => {
  it.each([
    ['the way there is cut', [{ kind: 'partition', from: us, bothWays: false }]],
    ['the way back is cut', [{ kind: 'partition', to: us, bothWays: false }]],
    [
      'to each other region one way is cut',
      [
        { kind: 'partition', from: us, to: eu, bothWays: false },
        { kind: 'partition', from: ap, to: us, bothWays: false },
      ],
    ],
    [
      'the others are out',
      [
        { kind: 'outage', from: eu },
        { kind: 'outage', from: ap },
      ],
    ],
    ['an answer would take longer than anybody waits', [{ kind: 'lag', from: us, ms: 6_000 }]],
  ] as const)('is not to be had where %s', async (_, given) => {
    for (const fault of given) faults.set(fault);
    expect(statusOf(await put(us))).toBe('unavailable');
    expect(statusOf(await read(us))).toBe('unavailable');
    expect(idAt(us)).toBeUndefined();
  });

  it.each([
    ['only one other region is reached', { kind: 'partition', from: us, to: eu }],
    ['the others do not reach each other', { kind: 'partition', from: eu, to: ap }],
    ['another region is out', { kind: 'outage', from: ap }],
  ] as const)('is to be had where %s', async (_, fault) => {
    faults.set(fault);
    expect(statusOf(await put(us))).toBe(200);
    expect(found(await read(us))).toEqual({ S: us });
  });

  it('of any two regions knows what any other two agreed on', async () => {
    faults.set({ kind: 'partition', from: ap });
    await put(us);
    faults.set({ kind: 'heal' });
    faults.set({ kind: 'outage', from: us });
    expect(found(await read(ap))).toEqual({ S: us });
  });

  it('is as far away as its nearest member, there and back', async () => {
    faults.set({ kind: 'lag', from: us, to: eu, ms: 3_000 });
    faults.set({ kind: 'lag', from: us, to: ap, ms: 400 });
    const startedMs = time.passedMs();
    await put(us);
    const tookMs = time.passedMs() - startedMs;
    expect(tookMs).toBeGreaterThanOrEqual(800);
    expect(tookMs).toBeLessThan(3_000);
    const askedMs = time.passedMs();
    await read(us);
    expect(time.passedMs() - askedMs).toBeGreaterThanOrEqual(800);
  });
});

describe('an answer that is lost', () => {
  it('leaves the write done, for every region to find', async () => {
    const { promise: after, resolve: go } = Promise.withResolvers<void>();
    const lost = put(us, first, { after });
    await eventually(() => idAt(us) !== undefined);
    faults.set({ kind: 'partition', from: us });
    go();
    expect(statusOf(await lost)).toBe('unavailable');
    expect(found(await read(eu))).toEqual({ S: us });
    faults.set({ kind: 'heal' });
    expect(found(await read(us))).toEqual({ S: us });
  });

  it('of the database holds the item until it is known what stands there', async () => {
    replicaOf(us).isBroken = true;
    const { promise: after, reject: breakOff } = Promise.withResolvers<void>();
    const unknown = put(us, first, { after });
    await eventually(() => idAt(us) !== undefined);
    breakOff(new Error('the database hangs up'));
    expect(statusOf(await unknown)).toBe('unavailable');
    expect(statusOf(await put(eu))).toBe('conflict');

    replicaOf(us).isBroken = false;
    await eventually(() => idAt(eu) !== undefined);
    expect(statusOf(await put(eu))).toBe(400);
    expect(found(await read(ap))).toEqual({ S: us });
  });

  it('of a write that was never done leaves the item free', async () => {
    const dying = table.write(us, { key: first, perform: () => Promise.reject(new Error('gone')) });
    expect(statusOf(await dying)).toBe('unavailable');
    await table.link(us, eu).caughtUp();
    let given = await put(eu);
    while (given.kind === 'conflict') {
      await time.sleep(100);
      given = await put(eu);
    }
    expect(statusOf(given)).toBe(200);
    expect(reported).toHaveLength(1);
  });
});

describe('a strongly consistent read', () => {
  it('does not show what another region would not find yet', async () => {
    const { promise: after, resolve: go } = Promise.withResolvers<void>();
    const writing = put(us, first, { after });
    await eventually(() => idAt(us) !== undefined);
    let hasRead = false;
    const reading = read(us).then((given) => {
      hasRead = true;
      return given;
    });
    expect(found(await read(eu))).toBeNull();
    expect(hasRead).toBe(false);
    go();
    await writing;
    expect(found(await reading)).toEqual({ S: us });
    expect(found(await read(eu))).toEqual({ S: us });
  });
});

describe('a database that takes longer than anybody waits', () => {
  let release: () => void = () => undefined;
  afterEach(() => release());

  /** Holds up what is written there by way of replication. */
  const holdUp = (region: string): void => {
    const { promise: held, resolve } = Promise.withResolvers<void>();
    const { write } = replicaOf(region);
    Object.assign(replicaOf(region), {
      write: (...written: Parameters<typeof write>) => held.then(() => write(...written)),
    });
    release = resolve;
  };
  /** Until somebody waits, and no longer. */
  const loseThePatience = async (): Promise<void> => {
    await eventually(() => waiting.size > 0);
    for (const giveUp of waiting) giveUp();
  };

  it('keeps its own region from writing and reading until it has what was committed elsewhere', async () => {
    faults.set({ kind: 'partition', from: ap });
    await put(us);
    holdUp(ap);
    faults.set({ kind: 'heal' });
    const statusInVain = async (asked: Promise<TableAnswer>): Promise<unknown> => {
      await loseThePatience();
      return statusOf(await asked);
    };
    expect(await statusInVain(put(ap, second))).toBe('unavailable');
    expect(await statusInVain(read(ap))).toBe('unavailable');
    expect(idAt(ap, second)).toBeUndefined();
    expect(await statusInVain(put(eu, second)), 'the item is free').toBe(200);

    release();
    expect(found(await read(ap))).toEqual({ S: us });
    expect(waiting.size).toBe(0);
  });

  it('does not keep a writer elsewhere from being answered, and has the item in the end', async () => {
    holdUp(ap);
    const writing = put(us);
    await loseThePatience();
    expect(statusOf(await writing)).toBe(200);
    expect(found(await read(eu))).toEqual({ S: us });
    expect(table.link(us, ap).backlogItems()).toBe(1);

    release();
    await table.link(us, ap).caughtUp();
    expect(idAt(ap)).toEqual({ S: us });
  });

  it('leaves a reader without an answer while a write is open there that may be seen', async () => {
    const { promise: after, resolve: go } = Promise.withResolvers<void>();
    const writing = put(us, first, { after });
    await eventually(() => idAt(us) !== undefined);
    const reading = read(us);
    await loseThePatience();
    expect(await reading).toEqual({ kind: 'unavailable', reason: `the database of ${us} does not answer` });
    go();
    expect(statusOf(await writing)).toBe(200);
    expect(found(await read(us))).toEqual({ S: us });
  });
});

describe('what a region that is cut off lacks', () => {
  it('is counted by who wrote it, arrives once the region is reached, and is then forgotten', async () => {
    faults.set({ kind: 'partition', from: ap });
    await put(us);
    await put(eu, second);
    const owed = () => [us, eu].map((from) => table.link(from, ap).backlogItems());
    expect(owed()).toEqual([1, 1]);
    expect(table.link(us, eu).backlogItems()).toBe(0);
    faults.set({ kind: 'heal' });
    await table.link(us, ap).caughtUp();
    expect(owed()).toEqual([0, 0]);
    expect([first, second].map((key) => idAt(ap, key))).toEqual([{ S: us }, { S: eu }]);
  });

  it('is one item, and its last state, however often that was rewritten', async () => {
    faults.set({ kind: 'partition', from: ap });
    for (let beat = 1; beat <= 100; beat++) await rewrite(us, `beat ${beat}`);
    expect(table.link(us, ap).backlogItems()).toBe(1);
    faults.set({ kind: 'heal' });
    await table.link(us, ap).caughtUp();
    expect(idAt(ap)).toEqual({ S: 'beat 100' });
    expect(replicaOf(ap).writes).toBe(1);
  });

  it('comes from whoever has it while the writer is out', async () => {
    faults.set({ kind: 'partition', from: us, to: ap });
    faults.set({ kind: 'partition', from: eu, to: ap });
    await put(us);
    faults.set({ kind: 'heal' });
    replicaOf(us).isBroken = true;
    faults.set({ kind: 'outage', from: us });
    expect(found(await read(ap))).toEqual({ S: us });
  });

  it('comes from nobody who lacks it, too', async () => {
    await rewrite(ap, 'old');
    for (const region of [us, eu]) replicaOf(region).isFull = true;
    await rewrite(ap, 'new');
    replicaOf(us).isFull = false;
    expect(found(await read(us))).toEqual({ S: 'new' });
    expect(idAt(eu)).toEqual({ S: 'old' });
  });

  it('is never paid with what is not committed yet', async () => {
    faults.set({ kind: 'partition', from: eu });
    await rewrite(us, 'old');
    const { promise: after, resolve: go } = Promise.withResolvers<void>();
    const { read: readNow } = replicaOf(us);
    let rewriting: Promise<TableAnswer> | undefined;
    const readWhileItChanges = async (key: ItemKey) => {
      rewriting ??= rewrite(us, 'new', after);
      await eventually(() => idOf(us) === 'new');
      return readNow(key);
    };
    Object.assign(replicaOf(us), { read: readWhileItChanges });
    faults.set({ kind: 'heal' });
    const reading = read(eu);
    await eventually(() => idOf(us) === 'new');
    await time.sleep(1_000);
    expect(idAt(eu)).toBeUndefined();

    go();
    await rewriting;
    expect(found(await reading)).toEqual({ S: 'new' });
  });

  it('arrives though of another item nobody knows what became of it', async () => {
    faults.set({ kind: 'partition', from: eu });
    await rewrite(us, 'old');
    replicaOf(us).isBroken = true;
    const unknown = table.write(us, { key: first, perform: () => Promise.reject(new Error('gone')) });
    expect(statusOf(await unknown)).toBe('unavailable');
    faults.set({ kind: 'heal' });
    for (const key of [second, third]) {
      faults.set({ kind: 'lag', to: eu, ms: 100, bothWays: false });
      await put(ap, key);
      expect(idAt(eu, key)).toBeUndefined();
      await time.sleep(2_000);
      expect(idAt(eu, key)).toEqual({ S: ap });
    }
  });

  it('arrives under a lag, also of an item that changes faster than that', async () => {
    faults.set({ kind: 'lag', to: ap, ms: 1_000, bothWays: false });
    for (let beat = 1; beat <= 30; beat++) {
      await rewrite(us, `beat ${beat}`);
      expect(idAt(ap) === undefined || beat > 10).toBe(true);
      await time.sleep(100);
    }
    expect(idAt(ap)).toBeDefined();
  });

  it('includes that an item is gone', async () => {
    await put(us);
    const perform = async () => {
      replicaOf(us).items.delete(nameOf(first));
      return answered(200);
    };
    await table.write(us, { key: first, perform });
    expect(regions.map((region) => idAt(region))).toEqual([undefined, undefined, undefined]);
  });
});

/** As a heartbeat is. */
const rewrite = (region: string, id: string, after?: Promise<unknown>): Promise<TableAnswer> =>
  table.write(region, {
    key: first,
    perform: async () => {
      replicaOf(region).items.set(nameOf(first), itemAt(first, id));
      await after;
      return answered(200);
    },
  });
