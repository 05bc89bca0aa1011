/**
 * The ledger store against DynamoDB Local: the contract, then what only DynamoDB can do to it.
 */
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import type { EventStore } from '../../../domain/ports/event-store.ts';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { toItem } from '../../../infra/dynamodb/entry-codec.ts';
import { ledgerTable } from '../../../infra/dynamodb/ledger-table.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { collect } from '../../support/collect.ts';
import { entriesOf, firstEntry, groupOf, rivalsAt, stream } from '../../support/contracts/contract-entries.ts';
import { eventStoreContract } from '../../support/contracts/event-store-contract.ts';
import { useDynamoDbLocal } from '../../support/dynamodb-local-fixture.ts';
import { observeRequests } from '../../support/observe-requests.ts';

const local = useDynamoDbLocal();
const random = createSeededRandom(7);
const sleep = (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms));

const createStore = async () => {
  const tableName = await local.createTable(ledgerTable);
  const documentClient = local.connect();
  const store: EventStore = createDynamoDbEventStore({ documentClient, tableName, sha256, sleep, random });
  return { store, tableName, documentClient };
};

eventStoreContract('the DynamoDB event store', async () => (await createStore()).store);

describe('what the DynamoDB event store costs', () => {
  it('appends with one request: one write unit for the table and one for the index', async () => {
    const { store, tableName, documentClient } = await createStore();
    const requests = observeRequests(documentClient);
    await store.append(firstEntry());
    expect(requests).toEqual([
      {
        command: 'PutItem',
        capacity: expect.objectContaining({
          TableName: tableName,
          CapacityUnits: 2,
          Table: expect.objectContaining({ CapacityUnits: 1 }),
          GlobalSecondaryIndexes: { 'by-ulid': expect.objectContaining({ CapacityUnits: 1 }) },
        }),
      },
    ]);
  });

  it('learns with one request that a position is taken, or that the entry stands', async () => {
    const { store, documentClient } = await createStore();
    await store.append(firstEntry());
    const requests = observeRequests(documentClient);
    await store.append(firstEntry());
    await store.append(firstEntry({ noteChars: 200 }));
    expect(requests.map(({ command }) => command)).toEqual(['PutItem', 'PutItem']);
  });

  it('appends a group with one request', async () => {
    const { store, documentClient } = await createStore();
    const requests = observeRequests(documentClient);
    await store.appendAll(groupOf(['a', 'b', 'c']));
    expect(requests.map(({ command }) => command)).toEqual(['TransactWriteItems']);
  });

  it('learns with one request that a position of a group is taken, or that the group stands', async () => {
    const { store, documentClient } = await createStore();
    const group = groupOf(['a', 'b']);
    await store.appendAll(group);
    const requests = observeRequests(documentClient);
    expect(await store.appendAll(group)).toEqual({ kind: 'appended' });
    expect(await store.appendAll([firstEntry(), rivalsAt(group[1], 1)[0] as Entry])).toEqual({
      kind: 'position-taken',
    });
    expect(requests.map(({ command }) => command)).toEqual(['TransactWriteItems', 'TransactWriteItems']);
  });

  it('loads an order of ten entries with one request of a few read units', async () => {
    const { store, documentClient } = await createStore();
    for (const entry of entriesOf(10)) await store.append(entry);
    const requests = observeRequests(documentClient);
    await store.load(stream);
    expect(requests.map(({ command }) => command)).toEqual(['Query']);
    expect(requests[0]?.capacity?.CapacityUnits).toBeLessThanOrEqual(3);
  });

  it('reads no further than the page that was asked for', async () => {
    const { store, documentClient } = await createStore();
    for (const entry of entriesOf(8, { noteChars: 40_000 })) await store.append(entry);
    const requests = observeRequests(documentClient);
    for await (const page of store.readPages(stream, { limit: 2 })) {
      expect(page.entries).toHaveLength(2);
      break;
    }
    expect(requests.map(({ command }) => command)).toEqual(['Query']);
    // Two entries of 40 KB, strongly consistent: 10 units each, and a rounding.
    expect(requests[0]?.capacity?.CapacityUnits).toBeLessThanOrEqual(21);
  });
});

describe('what a scan of the ledger costs', () => {
  it('reads each megabyte once, and reports what is damaged with its stream', async () => {
    const { store, tableName, documentClient } = await createStore();
    for (let order = 0; order < 12; order++)
      for (const entry of entriesOf(4, { stream: `order/acme/${order}`, noteChars: 60_000 })) await store.append(entry);
    await documentClient.send(
      new PutCommand({ TableName: tableName, Item: { stream: 'order/acme/3', position: 'us-east-1/0000000009' } }),
    );
    const requests = observeRequests(documentClient);
    const scanned = (await collect(store.scan({ part: 0, parts: 1 }))).flatMap(({ streams }) => streams);
    expect(scanned.filter(({ damaged }) => damaged.length > 0)).toEqual([
      {
        stream: 'order/acme/3',
        entries: entriesOf(4, { stream: 'order/acme/3', noteChars: 60_000 }),
        damaged: [{ position: 'us-east-1/0000000009', reason: 'body and hash must be strings' }],
      },
    ]);
    // 48 entries of 60 KB are three pages of 1 MB.
    expect(requests.map(({ command }) => command)).toEqual(['Scan', 'Scan', 'Scan']);
  });
});

describe('what else lies in the ledger table', () => {
  it('names orders only, not the plan and not the heartbeats', async () => {
    const { store, tableName, documentClient } = await createStore();
    for (const name of ['heartbeat/us-east-1', 'plan', 'orders/acme/1'])
      await documentClient.send(
        new PutCommand({ TableName: tableName, Item: { stream: name, position: 'x/0000000001' } }),
      );
    await store.append(firstEntry());
    expect(await collect(store.streams())).toEqual([stream]);
    const scanned = await collect(store.scan({ part: 0, parts: 1 }));
    expect(scanned.flatMap(({ streams }) => streams)).toEqual([{ stream, entries: [firstEntry()], damaged: [] }]);
  });

  it('names each of many streams once over several pages of a scan', async () => {
    const { store } = await createStore();
    const names = Array.from({ length: 40 }, (_, i) => `order/acme/${i}`);
    const parts = names.map((name) => entriesOf(3, { stream: name, noteChars: 60_000 }));
    for (const round of [0, 1, 2]) await Promise.all(parts.map((part) => store.append(part[round] as Entry)));
    const named = await collect(store.streams());
    expect(named).toHaveLength(40);
    expect(new Set(named)).toEqual(new Set(names));
  });

  it('stores the index attributes beside the body', async () => {
    const { store, tableName, documentClient } = await createStore();
    const requests: Record<string, unknown>[] = [];
    documentClient.middlewareStack.add(
      (next) => (args) => {
        requests.push(args.input as Record<string, unknown>);
        return next(args);
      },
      { step: 'initialize', name: 'takeInput' },
    );
    const entry = firstEntry();
    await store.append(entry);
    expect(requests[0]).toMatchObject({ TableName: tableName });
    expect(requests[0]?.['Item']).toEqual({
      stream,
      position: 'us-east-1/0000000001',
      shard: expect.stringMatching(/^us-east-1\/(0\d|1[0-5])$/),
      id: entry.id,
      region: 'us-east-1',
      hash: entry.hash,
      body: expect.stringMatching(/^{"events":/),
    });
  });
});

describe('damage in the ledger table', () => {
  const tampered = async (change: Readonly<Record<string, unknown>>) => {
    const { store, tableName, documentClient } = await createStore();
    const [first, second] = entriesOf(2) as [Entry, Entry];
    await store.append(first);
    await store.append(second);
    for (const [name, value] of Object.entries(change))
      await documentClient.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { stream, position: first.position },
          UpdateExpression: value === undefined ? 'REMOVE #name' : 'SET #name = :value',
          ExpressionAttributeNames: { '#name': name },
          ...(value === undefined ? {} : { ExpressionAttributeValues: { ':value': value } }),
        }),
      );
    const loaded = await store.load(stream);
    expect(loaded.entries).toEqual([second]);
    expect(await collect(store.readPages(stream))).toEqual([loaded]);
    return loaded.damaged;
  };
  const position = 'us-east-1/0000000001';

  it.each([
    ['a flipped hash', { hash: '0'.repeat(64) }, 'body does not match its hash'],
    ['another id', { id: '01JZZZZZZZZZZZZZZZZZZZZZZZ' }, 'attribute id is not the one in body'],
    ['another region', { region: 'eu-west-1' }, 'attribute region is not the one in body'],
    ['a missing body', { body: undefined }, 'body and hash must be strings'],
    ['a body of another type', { body: { a: 1 } }, 'body and hash must be strings'],
    ['a missing hash', { hash: undefined }, 'body and hash must be strings'],
    ['a body that is no JSON but hashes right', { body: '{', hash: sha256('{') }, 'body is not JSON'],
    ['a body that is null', { body: 'null', hash: sha256('null') }, expect.stringContaining(':')],
  ])('reports %s and loads the rest', async (_, change, reason) => {
    expect(await tampered(change)).toEqual([{ position, reason }]);
  });

  it('reports a sound entry that stands at another position or in another stream', async () => {
    const { store, tableName, documentClient } = await createStore();
    const entry = firstEntry();
    const { body, hash, id, region } = toItem(entry);
    for (const key of [
      { stream, position: 'us-east-1/0000000002' },
      { stream: 'order/acme/other', position: entry.position },
      { stream, position: 'not a position' },
    ])
      await documentClient.send(new PutCommand({ TableName: tableName, Item: { ...key, body, hash, id, region } }));
    expect(await store.load(stream)).toEqual({
      entries: [],
      damaged: [
        { position: 'not a position', reason: 'body is of another position' },
        { position: 'us-east-1/0000000002', reason: 'body is of another position' },
      ],
    });
    expect((await store.load('order/acme/other')).damaged).toEqual([
      { position: entry.position, reason: 'body is of another stream' },
    ]);
  });

  it('reports one flipped character anywhere in a body', async () => {
    const entry = firstEntry();
    const { body } = toItem(entry);
    const at = Math.floor(random() * body.length);
    const flipped = body.slice(0, at) + (body[at] === 'x' ? 'y' : 'x') + body.slice(at + 1);
    expect(await tampered({ body: flipped })).toEqual([{ position, reason: 'body does not match its hash' }]);
  });
});
