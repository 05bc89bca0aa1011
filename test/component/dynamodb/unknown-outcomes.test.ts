/**
 * Writes whose answer gets lost, and tables that ask for patience: through a proxy in front of DynamoDB Local, so that
 * the SDK, its sockets and the store are the real ones.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import type { EventStore } from '../../../domain/ports/event-store.ts';
import type { Replacement, StoredView } from '../../../domain/ports/view-store.ts';
import { createDynamoDbControlStore } from '../../../infra/dynamodb/dynamodb-control-store.ts';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { attemptsMax, groupConflictsMax, unknownOutcomesMax } from '../../../infra/dynamodb/dynamodb-limits.ts';
import { createDynamoDbViews } from '../../../infra/dynamodb/dynamodb-view-store.ts';
import { controlTable, ledgerTable, viewsTable } from '../../../infra/dynamodb/ledger-table.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { collect } from '../../support/collect.ts';
import { firstEntry, groupOf, rivalsAt, stream } from '../../support/contracts/contract-entries.ts';
import { type ContractRow, viewOf } from '../../support/contracts/view-store-contract.ts';
import { useDynamoDbLocal } from '../../support/dynamodb-local-fixture.ts';
import {
  type FaultyDynamoDbProxy,
  type ProxyFault,
  startFaultyDynamoDbProxy,
} from '../../support/faulty-dynamodb-proxy.ts';

const local = useDynamoDbLocal();
const random = createSeededRandom(11);

let proxy: FaultyDynamoDbProxy;
/** Through the proxy; `direct` goes past it, to see what the table holds. */
let store: EventStore;
let direct: EventStore;
let waitsMs: number[];

const sleep = (ms: number): Promise<void> => {
  waitsMs.push(ms);
  return Promise.resolve();
};

beforeAll(async () => {
  proxy = await startFaultyDynamoDbProxy(local.endpoint());
});
afterAll(() => proxy.stop());

beforeEach(async () => {
  const tableName = await local.createTable(ledgerTable);
  const deps = { tableName, sha256, sleep, random };
  const documentClient = local.connect({ endpoint: proxy.endpoint, requestTimeoutMs: 1_500 });
  store = createDynamoDbEventStore({ ...deps, documentClient });
  direct = createDynamoDbEventStore({ ...deps, documentClient: local.connect() });
  waitsMs = [];
  await direct.load(stream);
  proxy.takeOperations();
});

const refused = (errorName: string): ProxyFault => ({ kind: 'refuse', errorName });
const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);

describe('an append whose outcome is unknown', () => {
  it.each(['lose-answer', 'withhold-answer', 'garble-answer'] as const)(
    'is acknowledged by reading back when it was done (%s)',
    async (kind) => {
      proxy.failNext('PutItem', { kind });
      expect(await store.append(firstEntry())).toEqual({ kind: 'appended' });
      expect(proxy.takeOperations()).toEqual(['PutItem', 'GetItem']);
      expect((await direct.load(stream)).entries).toEqual([firstEntry()]);
    },
  );

  it('is tried again when it was not done', async () => {
    proxy.failNext('PutItem', { kind: 'lose-request' });
    expect(await store.append(firstEntry())).toEqual({ kind: 'appended' });
    expect(proxy.takeOperations()).toEqual(['PutItem', 'GetItem', 'PutItem']);
    expect((await direct.load(stream)).entries).toEqual([firstEntry()]);
  });

  it('loses to whoever took the position meanwhile', async () => {
    const winner = firstEntry({ noteChars: 200 });
    await direct.append(winner);
    proxy.failNext('PutItem', { kind: 'lose-answer' });
    expect(await store.append(firstEntry())).toEqual({ kind: 'position-taken' });
    expect((await direct.load(stream)).entries).toEqual([winner]);
  });

  it('is our success when the second try meets the first one', async () => {
    proxy.failNext('PutItem', { kind: 'lose-answer' });
    proxy.failNext('GetItem', { kind: 'lose-request' });
    expect(await store.append(firstEntry())).toEqual({ kind: 'appended' });
    expect(proxy.takeOperations()).toEqual(['PutItem', 'GetItem', 'PutItem']);
    expect((await direct.load(stream)).entries).toEqual([firstEntry()]);
  });

  it('is a retryable fault after a bounded number of tries without an answer', async () => {
    proxy.failNext('PutItem', ...times<ProxyFault>(unknownOutcomesMax, { kind: 'lose-request' }));
    await expect(store.append(firstEntry())).rejects.toMatchObject({
      name: 'Error',
      code: 'unavailable',
      retryable: true,
      cause: expect.anything(),
    });
    expect(proxy.takeOperations().filter((operation) => operation === 'PutItem')).toHaveLength(unknownOutcomesMax);
    expect((await direct.load(stream)).entries).toEqual([]);
  });
});

describe('a group whose outcome is unknown', () => {
  const group = groupOf(['a', 'b', 'c']);
  const readBack = times(3, 'GetItem');
  const standing = async () =>
    (await Promise.all(group.map(({ stream: name }) => direct.load(name)))).flatMap(({ entries }) => entries);

  it.each(['lose-answer', 'withhold-answer', 'garble-answer'] as const)(
    'is acknowledged by reading all of it back when it was done (%s)',
    async (kind) => {
      proxy.failNext('TransactWriteItems', { kind });
      expect(await store.appendAll(group)).toEqual({ kind: 'appended' });
      expect(proxy.takeOperations()).toEqual(['TransactWriteItems', ...readBack]);
      expect(await standing()).toEqual(group);
    },
  );

  it('is tried again when it was not done', async () => {
    proxy.failNext('TransactWriteItems', { kind: 'lose-request' });
    expect(await store.appendAll(group)).toEqual({ kind: 'appended' });
    expect(proxy.takeOperations()).toEqual(['TransactWriteItems', ...readBack, 'TransactWriteItems']);
    expect(await standing()).toEqual(group);
  });

  it('loses to whoever took one of the positions meanwhile, and leaves nothing', async () => {
    const [winner] = rivalsAt(group[1], 1) as [Entry];
    await direct.append(winner);
    for (const kind of ['lose-request', 'lose-answer'] as const) {
      proxy.failNext('TransactWriteItems', { kind });
      expect(await store.appendAll(group)).toEqual({ kind: 'position-taken' });
    }
    expect(await standing()).toEqual([winner]);
  });

  it('is our success when the second try meets the first one', async () => {
    proxy.failNext('TransactWriteItems', { kind: 'lose-answer' });
    proxy.failNext('GetItem', { kind: 'lose-request' });
    expect(await store.appendAll(group)).toEqual({ kind: 'appended' });
    expect(proxy.takeOperations()).toEqual(['TransactWriteItems', ...readBack, 'TransactWriteItems']);
    expect(await standing()).toEqual(group);
  });

  it('is a retryable fault after a bounded number of tries without an answer, and leaves nothing', async () => {
    proxy.failNext('TransactWriteItems', ...times<ProxyFault>(unknownOutcomesMax, { kind: 'lose-request' }));
    await expect(store.appendAll(group)).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    const tries = proxy.takeOperations().filter((operation) => operation === 'TransactWriteItems');
    expect(tries).toHaveLength(unknownOutcomesMax);
    expect(await standing()).toEqual([]);
  });

  it('is tried again when it met another transaction or a throttled table, but not when DynamoDB refuses for good', async () => {
    const busy = ['TransactionConflictException', 'TransactionInProgressException', 'ThrottlingException'];
    proxy.failNext('TransactWriteItems', ...busy.map(refused));
    expect(await store.appendAll(group)).toEqual({ kind: 'appended' });
    expect(proxy.takeOperations()).toEqual(times(4, 'TransactWriteItems'));
    proxy.failNext('TransactWriteItems', refused('ValidationException'));
    await expect(store.appendAll(groupOf(['d', 'e']))).rejects.toMatchObject({ code: 'unavailable' });
    expect(proxy.takeOperations()).toEqual(['TransactWriteItems']);
  });
});

describe('a throttled table', () => {
  it.each(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'])(
    'is asked again until it takes the entry (%s)',
    async (errorName) => {
      proxy.failNext('PutItem', ...times(3, refused(errorName)));
      expect(await store.append(firstEntry())).toEqual({ kind: 'appended' });
      expect(proxy.takeOperations()).toEqual(times(4, 'PutItem'));
      expect(waitsMs).toHaveLength(3);
    },
  );

  it('is a retryable fault after a bounded number of tries, and stores nothing', async () => {
    proxy.failNext('PutItem', ...times(attemptsMax, refused('ProvisionedThroughputExceededException')));
    await expect(store.append(firstEntry())).rejects.toMatchObject({ code: 'throttled', retryable: true });
    expect(proxy.takeOperations()).toEqual(times(attemptsMax, 'PutItem'));
    expect((await direct.load(stream)).entries).toEqual([]);
  });

  it('is read again too', async () => {
    await direct.append(firstEntry());
    proxy.failNext('Query', refused('ThrottlingException'), { kind: 'lose-answer' });
    proxy.failNext('Scan', refused('ThrottlingException'), { kind: 'lose-answer' });
    expect((await store.load(stream)).entries).toEqual([firstEntry()]);
    expect(await collect(store.streams())).toEqual([stream]);
  });
});

describe('other faults', () => {
  it('are not tried again when DynamoDB refuses for good', async () => {
    proxy.failNext('PutItem', refused('AccessDeniedException'));
    await expect(store.append(firstEntry())).rejects.toMatchObject({ code: 'unavailable' });
    expect(proxy.takeOperations()).toEqual(['PutItem']);
  });

  it('are tried again when another request had the item', async () => {
    proxy.failNext('PutItem', refused('TransactionConflictException'), refused('ReplicatedWriteConflictException'));
    expect(await store.append(firstEntry())).toEqual({ kind: 'appended' });
    expect(proxy.takeOperations()).toEqual(times(3, 'PutItem'));
  });

  it('reach nobody when the entry is too large to send', async () => {
    await expect(store.append(firstEntry({ noteChars: 300_000 }))).rejects.toMatchObject({ code: 'entry-too-large' });
    expect(proxy.takeOperations()).toEqual([]);
  });

  it('say that the ledger is unavailable when nobody listens', async () => {
    const documentClient = local.connect({ endpoint: 'http://127.0.0.1:9' });
    const nobody = createDynamoDbEventStore({ documentClient, tableName: 'ledger', sha256, sleep, random });
    await expect(nobody.append(firstEntry())).rejects.toMatchObject({ code: 'unavailable' });
    await expect(nobody.load(stream)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a replaced row whose outcome is unknown', () => {
  const lost: ProxyFault = { kind: 'lose-answer' };
  const fresh = (view: StoredView<ContractRow>): Replacement<ContractRow> => ({ view, over: undefined });

  /** Through the proxy, and past it. */
  const openStores = async () => {
    const tableName = await local.createTable(viewsTable);
    const deps = { tableName, sleep, random, totalsShards: 1 };
    const documentClient = local.connect({ endpoint: proxy.endpoint, requestTimeoutMs: 1_500 });
    const views = createDynamoDbViews<ContractRow>({ ...deps, documentClient })('g0001');
    const beside = createDynamoDbViews<ContractRow>({ ...deps, documentClient: local.connect() })('g0001');
    await views.totals('acme');
    proxy.takeOperations();
    return { views, beside };
  };

  it.each(['lose-answer', 'withhold-answer', 'garble-answer'] as const)(
    'was replaced, and counted once, when the second try meets the first one (%s)',
    async (kind) => {
      const { views, beside } = await openStores();
      proxy.failNext('TransactWriteItems', { kind });
      expect(await views.replace(fresh(viewOf(1)))).toBe('replaced');
      expect(proxy.takeOperations()).toEqual(times(2, 'TransactWriteItems'));
      expect(await beside.get(viewOf(1).stream)).toEqual(viewOf(1));
      expect(await beside.totals('acme')).toEqual(viewOf(1).contribution);
    },
  );

  it('was replaced when no total changes, too', async () => {
    const { views, beside } = await openStores();
    const next = viewOf(1, { cut: { 'us-east-1': 2 } });
    await beside.replace(fresh(viewOf(1)));
    proxy.failNext('PutItem', lost, refused('ThrottlingException'));
    expect(await views.replace({ view: next, over: viewOf(1) })).toBe('replaced');
    expect(proxy.takeOperations()).toEqual(times(3, 'PutItem'));
    expect(await beside.get(next.stream)).toEqual(next);
    expect(await beside.totals('acme')).toEqual(next.contribution);
  });

  it('is tried again when it was not done', async () => {
    const { views, beside } = await openStores();
    proxy.failNext('TransactWriteItems', { kind: 'lose-request' });
    expect(await views.replace(fresh(viewOf(1)))).toBe('replaced');
    expect(await beside.totals('acme')).toEqual(viewOf(1).contribution);
  });

  it('is lost to whoever replaced it meanwhile, with another row or at another time', async () => {
    const { views, beside } = await openStores();
    const rivals = [viewOf(1, { amount: 7 }), { ...viewOf(2), foldedAtMs: 1 }];
    for (const rival of rivals) {
      await beside.replace(fresh(rival));
      proxy.failNext('TransactWriteItems', lost);
      expect(await views.replace({ view: { ...rival, row: { note: 'ours' } }, over: undefined })).toBe('lost');
      proxy.failNext('TransactWriteItems', lost);
      expect(await views.replace({ view: { ...rival, foldedAtMs: 2 }, over: undefined })).toBe('lost');
      expect(await beside.get(rival.stream)).toEqual(rival);
    }
  });

  it('is one of many: each is answered for itself, and nothing counts twice', async () => {
    const { views, beside } = await openStores();
    await beside.replace(fresh(viewOf(3, { amount: 7 })));
    const group = [1, 2, 3, 4].map((i) => viewOf(i));
    // The lost answer says that one of them is lost. It is asked for again, and then the others go without it.
    proxy.failNext('TransactWriteItems', lost);
    expect(await views.replaceAll(group.map(fresh))).toEqual(['replaced', 'replaced', 'lost', 'replaced']);
    expect(proxy.takeOperations()).toEqual(times(3, 'TransactWriteItems'));
    const more = [5, 3, 6].map((i) => viewOf(i));
    proxy.failNext('TransactWriteItems', refused('ThrottlingException'), { kind: 'lose-request' });
    expect(await views.replaceAll(more.map(fresh))).toEqual(['replaced', 'lost', 'replaced']);
    const last = [7, 8].map((i) => viewOf(i));
    proxy.failNext('TransactWriteItems', lost);
    expect(await views.replaceAll(last.map(fresh))).toEqual(['replaced', 'replaced']);
    expect(await beside.totals('acme')).toEqual({ orders: 8, 'status.placed': 8, 'money.captured.EUR': 707 });
  });

  it('goes row by row after a group that keeps meeting others', async () => {
    const { views, beside } = await openStores();
    proxy.failNext('TransactWriteItems', ...times(groupConflictsMax, refused('TransactionInProgressException')));
    const group = [1, 2, 3].map((i) => viewOf(i));
    expect(await views.replaceAll(group.map(fresh))).toEqual(times(3, 'replaced'));
    expect(proxy.takeOperations()).toEqual(times(groupConflictsMax + 3, 'TransactWriteItems'));
    expect(await beside.totals('acme')).toMatchObject({ orders: 3 });
    const more = [4, 5].map((i) => viewOf(i));
    const busy = times(groupConflictsMax, refused('TransactionInProgressException'));
    proxy.failNext('TransactWriteItems', lost, ...busy);
    expect(await views.replaceAll(more.map(fresh))).toEqual(times(2, 'replaced'));
    expect(await beside.totals('acme')).toMatchObject({ orders: 5 });
  });

  it('is a retryable fault after a bounded number of tries', async () => {
    const { views, beside } = await openStores();
    proxy.failNext('TransactWriteItems', ...times<ProxyFault>(unknownOutcomesMax, { kind: 'lose-request' }));
    await expect(views.replaceAll([1, 2].map((i) => fresh(viewOf(i))))).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
    expect(await collect(beside.all())).toEqual([]);
  });

  it('leaves reading and clearing to be asked again', async () => {
    const { views, beside } = await openStores();
    const group = [1, 2, 3].map((i) => viewOf(i));
    await beside.replaceAll(group.map(fresh));
    for (const operation of ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'BatchWriteItem'])
      proxy.failNext(operation, refused('ThrottlingException'), lost);
    expect(await views.get(viewOf(1).stream)).toEqual(viewOf(1));
    expect(await views.getAll(group.map(({ stream }) => stream))).toHaveLength(3);
    const query = { tenant: 'acme', list: 'status', status: 'placed', limit: 10 } as const;
    expect((await views.list(query)).views).toHaveLength(3);
    expect(await collect(views.all())).toHaveLength(3);
    await views.clear();
    expect(await collect(beside.all())).toEqual([]);
  });
});

describe('a control document whose outcome is unknown', () => {
  const openStores = async () => {
    const deps = { tableName: await local.createTable(controlTable), sleep, random };
    const control = createDynamoDbControlStore({
      ...deps,
      documentClient: local.connect({ endpoint: proxy.endpoint, requestTimeoutMs: 1_500 }),
    });
    const beside = createDynamoDbControlStore({ ...deps, documentClient: local.connect() });
    await control.get('kind', 'name');
    proxy.takeOperations();
    return { control, beside };
  };

  it.each(['lose-answer', 'withhold-answer', 'garble-answer', 'lose-request'] as const)(
    'was put when it stands (%s)',
    async (kind) => {
      const { control, beside } = await openStores();
      for (const revision of [0, 1]) {
        proxy.failNext('PutItem', { kind });
        expect(await control.put('kind', 'name', { revision }, revision)).toBe(true);
        expect(proxy.takeOperations()).toEqual(times(2, 'PutItem'));
      }
      expect(await beside.get('kind', 'name')).toEqual({ name: 'name', revision: 2, value: { revision: 1 } });
    },
  );

  it('is asked for again, alone, among others and in a list', async () => {
    const { control, beside } = await openStores();
    for (const name of ['a', 'b', 'c']) await beside.put('kind', name, name, 0);
    for (const operation of ['GetItem', 'BatchGetItem', 'Query'])
      proxy.failNext(operation, refused('ThrottlingException'), { kind: 'lose-answer' });
    expect(await control.get('kind', 'a')).toMatchObject({ value: 'a' });
    expect(await control.getAll('kind', ['a', 'b', 'c', 'd'])).toHaveLength(3);
    expect(await control.page('kind', { limit: 2, first: 'smallest' })).toMatchObject([{ name: 'a' }, { name: 'b' }]);
  });

  it('was not put when another stands', async () => {
    const { control, beside } = await openStores();
    await beside.put('kind', 'name', 'theirs', 0);
    proxy.failNext('PutItem', { kind: 'lose-answer' });
    expect(await control.put('kind', 'name', 'ours', 0)).toBe(false);
    expect(await beside.get('kind', 'name')).toEqual({ name: 'name', revision: 1, value: 'theirs' });
  });

  it('was not put by us when the same stood before', async () => {
    const { control, beside } = await openStores();
    await beside.put('kind', 'name', 'same', 0);
    expect(await control.put('kind', 'name', 'same', 0)).toBe(false);
  });

  it('was removed when it is gone', async () => {
    const { control, beside } = await openStores();
    await beside.put('kind', 'name', 1, 0);
    proxy.failNext('DeleteItem', { kind: 'lose-answer' });
    expect(await control.remove('kind', 'name', 1)).toBe(true);
    await beside.put('kind', 'name', 1, 0);
    await beside.put('kind', 'name', 2, 1);
    proxy.failNext('DeleteItem', { kind: 'lose-answer' });
    expect(await control.remove('kind', 'name', 1)).toBe(false);
    expect(await beside.get('kind', 'name')).toMatchObject({ revision: 2 });
  });
});
