/**
 * Heartbeats against DynamoDB Local: the contract, answers that get lost, items that are no beats, and that nobody takes
 * a heartbeat for an entry.
 */
import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HeartbeatStore } from '../../../domain/ports/heartbeat-store.ts';
import { beatToItem } from '../../../infra/dynamodb/beat-codec.ts';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { createDynamoDbHeartbeats } from '../../../infra/dynamodb/dynamodb-heartbeats.ts';
import { unknownOutcomesMax } from '../../../infra/dynamodb/dynamodb-limits.ts';
import { ledgerIndexName } from '../../../infra/dynamodb/ledger-keys.ts';
import { ledgerTable } from '../../../infra/dynamodb/ledger-table.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { collect } from '../../support/collect.ts';
import { firstEntry } from '../../support/contracts/contract-entries.ts';
import { exampleBeat, heartbeatStoreContract } from '../../support/contracts/heartbeat-store-contract.ts';
import { useDynamoDbLocal } from '../../support/dynamodb-local-fixture.ts';
import {
  type FaultyDynamoDbProxy,
  type ProxyFault,
  startFaultyDynamoDbProxy,
} from '../../support/faulty-dynamodb-proxy.ts';

const local = useDynamoDbLocal();
const random = createSeededRandom(17);
const sleep = async () => undefined;
const regions = ['us-east-1', 'eu-west-1'];

const createStore = async () => {
  const tableName = await local.createTable(ledgerTable);
  const deps = { documentClient: local.connect(), tableName, sleep, random };
  return { ...deps, heartbeats: createDynamoDbHeartbeats(deps) };
};

heartbeatStoreContract('the DynamoDB heartbeats', async () => (await createStore()).heartbeats);

describe('a heartbeat whose answer gets lost', () => {
  let proxy: FaultyDynamoDbProxy;
  /** Through the proxy; `direct` goes past it. */
  let heartbeats: HeartbeatStore;
  let direct: HeartbeatStore;

  beforeAll(async () => {
    proxy = await startFaultyDynamoDbProxy(local.endpoint());
  });
  afterAll(() => proxy.stop());
  beforeEach(async () => {
    const { heartbeats: past, ...deps } = await createStore();
    const documentClient = local.connect({ endpoint: proxy.endpoint, requestTimeoutMs: 1_500 });
    heartbeats = createDynamoDbHeartbeats({ ...deps, documentClient });
    direct = past;
    await direct.put(exampleBeat(1));
    proxy.takeOperations();
  });

  it.each(['lose-answer', 'withhold-answer', 'garble-answer', 'lose-request'] as const)(
    'is sent once more and stands as it was sent first (%s)',
    async (kind) => {
      proxy.failNext('PutItem', { kind });
      expect(await heartbeats.put(exampleBeat(2))).toBe(true);
      expect(proxy.takeOperations()).toEqual(['PutItem', 'PutItem']);
      expect(await direct.load(regions)).toEqual([exampleBeat(2)]);
    },
  );

  it('loses to another of its number that was sent meanwhile', async () => {
    const winner = exampleBeat(2, { hasSickLink: true });
    await direct.put(winner);
    proxy.failNext('PutItem', { kind: 'lose-request' });
    expect(await heartbeats.put(exampleBeat(2))).toBe(false);
    expect(await direct.load(regions)).toEqual([winner]);
  });

  it.each(['PutItem', 'GetItem'])('is a retryable fault after some tries without an answer (%s)', async (operation) => {
    proxy.failNext(operation, ...Array<ProxyFault>(unknownOutcomesMax).fill({ kind: 'lose-request' }));
    const request = operation === 'PutItem' ? heartbeats.put(exampleBeat(2)) : heartbeats.load(['us-east-1']);
    await expect(request).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    expect(proxy.takeOperations()).toHaveLength(unknownOutcomesMax);
  });
});

describe('a heartbeat in the ledger table', () => {
  const eu = exampleBeat(4, { region: 'eu-west-1' });

  it.each([
    ['has no body', { body: undefined }],
    ['has a body that is no text', { body: 7 }],
    ['has a body that is no JSON', { body: 'beat' }],
    ['is of another region', { body: beatToItem(eu).body }],
  ])('is left out when it %s, and the others are read', async (_, damage) => {
    const { heartbeats, documentClient, tableName } = await createStore();
    await heartbeats.put(eu);
    const item = { ...beatToItem(exampleBeat(9)), ...damage };
    await documentClient.send(new PutCommand({ TableName: tableName, Item: item }));

    expect(await heartbeats.load(regions)).toEqual([eu]);
  });

  it('is read whatever somebody put beside its body, were it a number that no client can read', async () => {
    const { heartbeats, documentClient, tableName } = await createStore();
    const item = { ...beatToItem(eu), counter: 10n ** 30n, note: new Set(['a']) };
    await documentClient.send(new PutCommand({ TableName: tableName, Item: item }));

    expect(await heartbeats.load(regions)).toEqual([eu]);
  });

  it('is no entry of any order, and stands in no index', async () => {
    const { heartbeats, ...deps } = await createStore();
    const eventStore = createDynamoDbEventStore({ ...deps, sha256 });
    await heartbeats.put(exampleBeat(1));
    await eventStore.append(firstEntry());
    const { stream } = firstEntry();

    expect(await collect(eventStore.streams())).toEqual([stream]);
    const scanned = (await collect(eventStore.scan({ part: 0, parts: 1 }))).flatMap(({ streams }) => streams);
    expect(scanned).toEqual([{ stream, entries: [firstEntry()], damaged: [] }]);
    const inIndex = await deps.documentClient.send(
      new ScanCommand({ TableName: deps.tableName, IndexName: ledgerIndexName }),
    );
    expect(inIndex.Items?.map((item) => item['stream'])).toEqual([stream]);
    const inTable = await deps.documentClient.send(new ScanCommand({ TableName: deps.tableName }));
    expect(inTable.Items).toContainEqual(beatToItem(exampleBeat(1)));
  });
});
