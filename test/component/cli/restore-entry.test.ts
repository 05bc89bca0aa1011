/** Items that were damaged in every way that a table allows, restored in a real one. */
import { type AttributeValue, DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntryRepair } from '../../../domain/ports/entry-repair.ts';
import type { EventStore } from '../../../domain/ports/event-store.ts';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { ledgerTable } from '../../../infra/dynamodb/ledger-table.ts';
import { createDynamoDbEntryRepair } from '../../../infra/dynamodb/restore-entry.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { paid, placed } from '../../support/builders/retail-drafts.ts';
import { useDynamoDbLocal } from '../../support/dynamodb-local-fixture.ts';
import { type FaultyDynamoDbProxy, startFaultyDynamoDbProxy } from '../../support/faulty-dynamodb-proxy.ts';

const local = useDynamoDbLocal();
const us = createLedger().at('us-east-1');
const [first, second] = [us.append(placed()), us.append(paid(9980))];
const { stream, position } = second;
const Key = { stream: { S: stream }, position: { S: position } };

let proxy: FaultyDynamoDbProxy;
let tableName = '';
let eventStore: EventStore;
let repair: EntryRepair;

beforeAll(async () => {
  proxy = await startFaultyDynamoDbProxy(local.endpoint());
});
afterAll(() => proxy.stop());
beforeEach(async () => {
  tableName = await local.createTable(ledgerTable);
  const deps = { tableName, sha256, sleep: async () => undefined, random: Math.random };
  eventStore = createDynamoDbEventStore({ ...deps, documentClient: local.connect() });
  repair = createDynamoDbEntryRepair({ ...deps, documentClient: local.connect({ endpoint: proxy.endpoint }) });
  for (const entry of [first, second]) await eventStore.append(entry);
});

const read = async (): Promise<Record<string, AttributeValue> | undefined> =>
  (await local.connect().send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }))).Item;
const overwrite = (item: Record<string, AttributeValue>) =>
  local.connect().send(new PutItemCommand({ TableName: tableName, Item: { ...item, ...Key } }));
const remove = () => local.connect().send(new DeleteItemCommand({ TableName: tableName, Key }));

describe('restore an entry', () => {
  it('puts back one that was removed, exactly as it was, shard and all', async () => {
    const before = await read();
    await remove();
    const standing = await repair.look(stream, position);
    expect(standing.kind).toBe('missing');
    expect(await repair.restore(second, standing)).toBe('restored');
    expect(await read()).toEqual(before);
  });

  it.each<readonly [string, (item: Record<string, AttributeValue>) => Record<string, AttributeValue>]>([
    ['whose body was changed', (item) => ({ ...item, body: { S: '{}' } })],
    ['whose hash was changed', (item) => ({ ...item, hash: { S: 'f'.repeat(64) } })],
    ['whose body is a number that no double holds', (item) => ({ ...item, body: { N: '12345678901234567890123' } })],
    ['whose body and hash are gone', ({ id, region, shard }) => ({ id, region, shard }) as never],
    ['of which only the key is left', () => ({})],
    ['with other attributes beside it', (item) => ({ ...item, id: { S: 'x' }, extra: { BOOL: true } })],
  ])('puts back one %s', async (_, damage) => {
    const before = (await read()) ?? {};
    await overwrite(damage(before));
    const standing = await repair.look(stream, position);
    expect(standing.kind).toBe('damaged');
    expect(await repair.restore(second, standing)).toBe('restored');
    expect(await read()).toEqual(before);
    expect((await eventStore.load(stream)).damaged).toEqual([]);
  });

  it('touches nothing that has changed since somebody looked', async () => {
    await overwrite({ body: { S: 'one' } });
    const standing = await repair.look(stream, position);
    await overwrite({ body: { S: 'another' } });
    expect(await repair.restore(second, standing)).toBe('changed');
    expect((await read())?.['body']).toEqual({ S: 'another' });

    await remove();
    const missing = await repair.look(stream, position);
    await overwrite({ body: { S: 'a third' } });
    expect(await repair.restore(second, missing)).toBe('changed');
    expect((await read())?.['body']).toEqual({ S: 'a third' });
  });

  it('finds that another restore was faster', async () => {
    await remove();
    const standing = await repair.look(stream, position);
    await eventStore.append(second);
    expect(await repair.restore(second, standing)).toBe('restored');
  });

  it.each(['lose-answer', 'lose-request', 'garble-answer'] as const)(
    'settles an unknown outcome by looking again (%s)',
    async (kind) => {
      await remove();
      const standing = await repair.look(stream, position);
      proxy.failNext('PutItem', { kind });
      expect(await repair.restore(second, standing)).toBe('restored');
      expect((await eventStore.load(stream)).entries).toEqual([first, second]);
    },
  );

  it('reads an image with DynamoDB types or without', async () => {
    const image = await read();
    expect(repair.verify(stream, image)).toEqual({ kind: 'entry', entry: second });
    const plain = Object.fromEntries(Object.entries(image ?? {}).map(([name, value]) => [name, value.S]));
    expect(repair.verify(stream, plain)).toEqual({ kind: 'entry', entry: second });
    expect(repair.verify('order/acme/other', image)).toEqual({ kind: 'damaged', reason: 'body is of another stream' });
    for (const nothing of [undefined, null, 'x', {}])
      expect(repair.verify(stream, nothing)).toMatchObject({ kind: 'damaged' });
  });
});
