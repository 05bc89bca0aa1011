/**
 * The strongly consistent table over a real DynamoDB: three regions of one DynamoDB Local, which keeps them apart, each
 * behind its front, asked by the real client and the real event store.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import type { EventStore } from '../../../domain/ports/event-store.ts';
import { createDocumentClient } from '../../../infra/dynamodb/document-client.ts';
import { createDynamoDbCustomerKeys } from '../../../infra/dynamodb/dynamodb-customer-keys.ts';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../../infra/world/dynamodb-local.ts';
import { createStreamReader } from '../../../infra/world/dynamodb-stream-reader.ts';
import { createCleanup } from '../../../infra/world/engine.ts';
import { createFaults } from '../../../infra/world/faults.ts';
import { type StrongLedger, startStrongLedger } from '../../../infra/world/strong-table/strong-ledger.ts';
import { entriesOf, firstEntry, rivalsAt, stream } from '../../support/contracts/contract-entries.ts';
import { startFaultyDynamoDbProxy } from '../../support/faulty-dynamodb-proxy.ts';

const [us, eu, ap] = ['us-east-1', 'eu-west-1', 'ap-south-1'] as const;
const regions = [us, eu, ap];
const faults = createFaults(regions);
const cleanup = createCleanup();
const fronts = new Map<string, DynamoDBDocumentClient>();
/** Past the fronts. */
const databases = new Map<string, DynamoDBDocumentClient>();

let database: DynamoDbLocal;
let ledger: StrongLedger;
let tableName = '';
let tables = 0;

beforeAll(async () => {
  database = await startDynamoDbLocal({ mode: { kind: 'memory' } });
});
beforeEach(async () => {
  await cleanup.run();
  faults.set({ kind: 'heal' });
  tableName = `ledger-${++tables}`;
  ledger = await startStrongLedger({
    databases: new Map(regions.map((region) => [region, database])),
    tableName,
    faults,
    clock: { nowMs: Date.now },
    sleep: (ms) => sleep(ms),
    onFault: () => undefined,
    onStop: cleanup.add,
  });
  for (const region of regions) {
    fronts.set(region, connect(region, ledger.endpoints.get(region)));
    databases.set(region, connect(region, database.endpoint));
  }
});
afterAll(async () => {
  await cleanup.run();
  await database?.stop();
});

const connect = (region: string, endpoint = '', requestTimeoutMs = 10_000): DynamoDBDocumentClient =>
  createDocumentClient({ region, endpoint, credentials: database.credentials, requestTimeoutMs });

const through = (region: string): DynamoDBDocumentClient => fronts.get(region) as DynamoDBDocumentClient;
const past = (region: string): DynamoDBDocumentClient => databases.get(region) as DynamoDBDocumentClient;

const storeOf = (documentClient: DynamoDBDocumentClient): EventStore =>
  createDynamoDbEventStore({ documentClient, tableName, sha256, sleep: (ms) => sleep(ms), random: Math.random });

const heldIn = (region: string): Promise<readonly Entry[]> =>
  storeOf(past(region))
    .load(stream)
    .then(({ entries }) => entries);

describe('an entry', () => {
  it('stands in all three regions once it is appended, as it is', async () => {
    const entries = entriesOf(3);
    for (const [i, entry] of entries.entries())
      expect(await storeOf(through(regions[i] as string)).append(entry)).toEqual({ kind: 'appended' });
    for (const region of regions) expect(await heldIn(region)).toEqual(entries);
  });

  it('has one of 24 writers in three regions, and the others are told the truth', async () => {
    const rivals = rivalsAt(firstEntry(), 24);
    const results = await Promise.all(
      rivals.map((entry, i) => storeOf(through(regions[i % 3] as string)).append(entry)),
    );
    const winners = rivals.filter((_, i) => results[i]?.kind === 'appended');
    expect(winners).toHaveLength(1);
    for (const region of regions) {
      expect((await storeOf(through(region)).load(stream)).entries).toEqual(winners);
      expect(await heldIn(region)).toEqual(winners);
    }
  });

  it.each(['lose-answer', 'garble-answer', 'lose-request'] as const)('is found again after a %s', async (kind) => {
    const proxy = await startFaultyDynamoDbProxy(ledger.endpoints.get(us) ?? '');
    cleanup.add(proxy.stop);
    const entry = firstEntry();
    proxy.failNext('PutItem', { kind });
    expect(await storeOf(connect(us, proxy.endpoint)).append(entry)).toEqual({ kind: 'appended' });
    for (const region of regions) expect(await heldIn(region)).toEqual([entry]);
  });

  it('that was lost on its way back is the answer to everybody who wants its place', async () => {
    const [mine, theirs] = rivalsAt(firstEntry(), 2) as [Entry, Entry];
    faults.set({ kind: 'lag', ms: 200 });
    const appending = storeOf(through(us)).append(mine);
    const refused = expect(appending).rejects.toMatchObject({ code: 'unavailable' });
    for (let held: readonly Entry[] = []; held.length === 0; held = await heldIn(us)) await sleep(5);
    faults.set({ kind: 'partition', from: us });
    await refused;
    expect(await storeOf(through(eu)).append(theirs)).toEqual({ kind: 'position-taken' });
    faults.set({ kind: 'heal' });
    expect(await storeOf(through(us)).append(mine)).toEqual({ kind: 'appended' });
    expect((await storeOf(through(ap)).load(stream)).entries).toEqual([mine]);
  });
});

describe('a region without a quorum', () => {
  it('refuses what is strong, serves what is not, and catches up', async () => {
    const [one, two] = entriesOf(2) as [Entry, Entry];
    await storeOf(through(us)).append(one);
    faults.set({ kind: 'partition', from: ap });
    const alone = storeOf(through(ap));
    await expect(alone.append(two)).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    await expect(alone.load(stream)).rejects.toMatchObject({ code: 'unavailable' });
    await storeOf(through(eu)).append(two);
    expect((await alone.load(stream, { consistency: 'eventual' })).entries).toEqual([one]);
    expect(ledger.link(eu, ap).backlogItems()).toBe(1);

    faults.set({ kind: 'heal' });
    expect((await alone.load(stream)).entries).toEqual([one, two]);
    expect(ledger.link(eu, ap).backlogItems()).toBe(0);
  });

  it('has the customer keys that it holds', async () => {
    const keysIn = (region: string) => createDynamoDbCustomerKeys({ ...keyDeps(region), consistency: 'strong' });
    const keyDeps = (region: string) => ({
      documentClient: through(region),
      tableName,
      sleep: (ms: number) => sleep(ms),
      random: Math.random,
    });
    const key = { region: us, number: 1, keyId: 'k1', wrapped: 'AAEC' };
    await keysIn(us).put('customer-key/default/c1', key);
    faults.set({ kind: 'partition', from: ap });
    expect(await keysIn(ap).list('customer-key/default/c1')).toEqual([key]);
    await expect(createDynamoDbCustomerKeys(keyDeps(ap)).list('customer-key/default/c1')).rejects.toThrow();
    await expect(keysIn(ap).put('customer-key/default/c1', { ...key, number: 2 })).rejects.toThrow();
  });
});

describe('the front of a region', () => {
  const Key = { stream: { S: 'heartbeat/us-east-1' }, position: { S: 'beat' } };

  it('carries updates and removals of any item, with every type of DynamoDB', async () => {
    const values = {
      n: { N: '1.50' },
      b: { B: Uint8Array.of(0, 255) },
      s: { NS: ['1', '3'] },
      m: { M: { x: { NULL: true } } },
    };
    await through(us).send(new PutItemCommand({ TableName: tableName, Item: { ...Key, ...values } }));
    await through(eu).send(
      new UpdateItemCommand({
        TableName: tableName,
        Key,
        UpdateExpression: 'ADD #n :one',
        ExpressionAttributeNames: { '#n': 'n' },
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    );
    const itemsHeld = () =>
      Promise.all(
        regions.map(
          async (region) => (await past(region).send(new GetItemCommand({ TableName: tableName, Key }))).Item,
        ),
      );
    for (const item of await itemsHeld()) expect(item).toMatchObject({ ...values, n: { N: '2.5' } });
    await through(ap).send(new DeleteItemCommand({ TableName: tableName, Key }));
    expect(await itemsHeld()).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ['transactions', new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName: 'LEDGER', Key } }] })],
    ['batches', new BatchWriteItemCommand({ RequestItems: { LEDGER: [{ DeleteRequest: { Key } }] } })],
    [
      'PartiQL',
      new ExecuteStatementCommand({ Statement: `INSERT INTO "LEDGER" VALUE {'stream': 'a', 'position': 'b'}` }),
    ],
    [
      'an expiry',
      new UpdateTimeToLiveCommand({
        TableName: 'LEDGER',
        TimeToLiveSpecification: { AttributeName: 'at', Enabled: true },
      }),
    ],
  ])('refuses %s', async (_, command) => {
    const named = JSON.parse(JSON.stringify(command.input).replaceAll('LEDGER', tableName));
    Object.assign(command, { input: named });
    await expect(through(us).send(command as unknown as PutItemCommand)).rejects.toMatchObject({
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('knows the table by its ARN, too', async () => {
    faults.set({ kind: 'partition', from: us });
    const arn = `arn:aws:dynamodb:ddblocal:000000000000:table/${tableName}`;
    const put = through(us).send(new PutItemCommand({ TableName: arn, Item: Key }));
    await expect(put).rejects.toMatchObject({ name: 'InternalServerError' });
  });

  it('lets requests for other tables pass, also without a quorum', async () => {
    faults.set({ kind: 'partition', from: us });
    const query = new QueryCommand({
      TableName: 'views',
      ConsistentRead: true,
      KeyConditionExpression: '#stream = :stream',
      ExpressionAttributeNames: { '#stream': 'stream' },
      ExpressionAttributeValues: { ':stream': { S: 'order/a/1' } },
    });
    await expect(through(us).send(query)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('lets nobody in who is not its region', async () => {
    const stranger = createDocumentClient({
      region: us,
      endpoint: ledger.endpoints.get(us) ?? '',
      credentials: { accessKeyId: 'stranger', secretAccessKey: 'x' },
    });
    const get = new GetItemCommand({ TableName: tableName, Key });
    await expect(stranger.send(get)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    const page = { method: 'POST', headers: { origin: 'https://example.com' }, body: '{}' };
    expect((await fetch(ledger.endpoints.get(us) ?? '', page)).status).toBe(403);
  });
});

describe('a ledger that starts again', () => {
  it('brings to every region what only some of them hold, and is no news where it stands', async () => {
    const entry = firstEntry();
    for (const region of [us, eu]) await storeOf(past(region)).append(entry);
    await cleanup.run();
    ledger = await startStrongLedger({
      databases: new Map(regions.map((region) => [region, database])),
      tableName,
      faults,
      clock: { nowMs: Date.now },
      sleep: (ms) => sleep(ms),
      onFault: () => undefined,
      onStop: cleanup.add,
    });
    await ledger.link(eu, us).caughtUp();
    for (const region of regions) {
      expect(await heldIn(region)).toEqual([entry]);
      expect(await newsIn(region)).toBe(1);
    }
  });
});

/** Records of the table's stream. */
const newsIn = async (region: string): Promise<number> => {
  const connection = { region, endpoint: database.endpoint, credentials: database.credentials };
  const { Table } = await past(region).send(new DescribeTableCommand({ TableName: tableName }));
  const client = new DynamoDBStreamsClient(connection);
  const reader = createStreamReader({ client, streamArn: Table?.LatestStreamArn ?? '', startAt: 'TRIM_HORIZON' });
  return (await reader.read()).length;
};
