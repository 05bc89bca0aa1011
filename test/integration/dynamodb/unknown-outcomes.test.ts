/**
 * Appends whose answer gets lost, and tables that ask for patience: through a proxy in front of DynamoDB Local, so that
 * the SDK, its sockets and the store are the real ones.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventStore } from '../../../domain/ports/event-store.ts';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { attemptsMax, unknownOutcomesMax } from '../../../infra/dynamodb/dynamodb-limits.ts';
import { createDynamoDbViewStore } from '../../../infra/dynamodb/dynamodb-view-store.ts';
import { ledgerTable, viewsTable } from '../../../infra/dynamodb/ledger-table.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { collect } from '../../support/collect.ts';
import { firstEntry, stream } from '../../support/contracts/contract-entries.ts';
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

describe('a view put whose outcome is unknown', () => {
  it('is repeated, which its condition makes harmless', async () => {
    const tableName = await local.createTable(viewsTable);
    const documentClient = local.connect({ endpoint: proxy.endpoint });
    const views = createDynamoDbViewStore<string>({ documentClient, tableName, view: 'orders', sleep, random });
    proxy.failNext('PutItem', { kind: 'lose-answer' }, refused('ThrottlingException'));
    expect(await views.put({ stream, cut: { 'us-east-1': 1 }, row: 'placed' })).toEqual({ kind: 'stored' });
    expect(proxy.takeOperations()).toEqual(times(3, 'PutItem'));
    expect(await views.get(stream)).toEqual({ stream, cut: { 'us-east-1': 1 }, row: 'placed' });
  });
});
