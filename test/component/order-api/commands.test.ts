/**
 * Commands over several orders on a real DynamoDB: what one costs, what happens when many want the same orders, and two
 * regions, of which the second has received a part.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { toItem } from '../../../infra/dynamodb/entry-codec.ts';
import { ledgerTable } from '../../../infra/dynamodb/ledger-table.ts';
import { createInMemoryCustomerKeys } from '../../../infra/in-memory/in-memory-customer-keys.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { collect } from '../../support/collect.ts';
import { useDynamoDbLocal } from '../../support/dynamodb-local-fixture.ts';
import { observeRequests } from '../../support/observe-requests.ts';
import { createTestApi, type OrderApiClient, type Reply } from '../../support/order-api-client.ts';
import { createTestPersonalData } from '../../support/personal-data.ts';

const dynamoDb = useDynamoDbLocal();
const order = placed().data;
const placeOrder = (api: OrderApiClient, orderId: string) =>
  api.post('/orders', `place-${orderId}`, { orderId, ...order });
const cancel = (orderId: string) => ({ orderId, type: 'OrderCancelled', data: {} });
const place = (orderId: string) => ({ orderId, type: 'OrderPlaced', data: order });
const addPoint = (orderId: string) => ({ orderId, type: 'LoyaltyPointsAdjusted', data: { delta: 1 } });

const openRegion = async (region: string, keyStore = createInMemoryCustomerKeys()) => {
  const tableName = await dynamoDb.createTable(ledgerTable);
  const documentClient = dynamoDb.connect();
  const waits = { sleep: (ms: number) => sleep(ms), random: createSeededRandom(region.length) };
  const store = createDynamoDbEventStore({ documentClient, tableName, sha256, ...waits });
  const personalData = createTestPersonalData({ region, keyStore });
  const api = createTestApi(store, { region, personalData, ...waits });
  const entriesOf = async (orderId: string) => (await store.load(`order/acme/${orderId}`)).entries;
  return { api, store, tableName, documentClient, entriesOf };
};

type Region = Awaited<ReturnType<typeof openRegion>>;

let here: Region;

beforeEach(async () => {
  here = await openRegion('us-east-1');
});

describe('commands over several orders on DynamoDB', () => {
  it('cost a Query an order and one transaction, and a refused one no write', async () => {
    await placeOrder(here.api, 'a');
    const requests = observeRequests(here.documentClient);
    expect((await here.api.post('/commands', 'k', { orders: [cancel('a'), place('b')] })).status).toBe(201);
    expect(requests.map(({ command }) => command)).toEqual(['Query', 'Query', 'TransactWriteItems']);
    expect((await here.api.post('/commands', 'k2', { orders: [cancel('a'), place('c')] })).status).toBe(409);
    expect(requests.slice(3).map(({ command }) => command)).toEqual(['Query', 'Query']);
  });

  it('let one of 12 that want the same order have it, and leave nothing of the others', async () => {
    await placeOrder(here.api, 'a');
    const replies = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        here.api.post('/commands', `k-${i}`, { orders: [cancel('a'), place(`b-${i}`)] }),
      ),
    );
    const won = replies.flatMap(({ status }, i) => (status === 201 ? [i] : []));
    expect(won).toHaveLength(1);
    for (const reply of replies.filter(({ status }) => status !== 201))
      expect(reply).toMatchObject({ status: 409, body: { orderId: 'a', orderStatus: 'cancelled' } });
    expect((await collect(here.store.streams())).sort()).toEqual(['order/acme/a', `order/acme/b-${won[0]}`]);
    expect(await here.entriesOf('a')).toHaveLength(2);
  });

  it('are all taken, or not at all, where each shares its orders with the next', async () => {
    const ring = Array.from({ length: 8 }, (_, i) => `ring-${i}`);
    for (const orderId of ring) await placeOrder(here.api, orderId);
    const pairs = ring.map((orderId, i) => [orderId, ring[(i + 1) % ring.length] as string] as const);
    const replies = await Promise.all(
      pairs.map((pair, i) => untilTaken(() => here.api.post('/commands', `k-${i}`, { orders: pair.map(addPoint) }))),
    );
    expect(replies.map(({ status }) => status)).toEqual(ring.map(() => 201));
    for (const orderId of ring) {
      const { body } = await here.api.get(`/orders/${orderId}`);
      expect(body).toMatchObject({ fields: { points: 2 }, class: 'none' });
    }
  });

  it('are taken once, however often they are sent at once', async () => {
    await placeOrder(here.api, 'a');
    const send = () => here.api.post('/commands', 'k', { orders: [cancel('a'), place('b')] });
    const replies = await Promise.all(Array.from({ length: 8 }, send));
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 201));
    expect(new Set(replies.map(({ body }) => body.commandId)).size).toBe(1);
    expect([await here.entriesOf('a'), await here.entriesOf('b')].map(({ length }) => length)).toEqual([2, 1]);
  });
});

describe('a command over several orders that is sent again in another region', () => {
  const replicate = async (from: Region, to: Region, ...orderIds: readonly string[]): Promise<void> => {
    for (const orderId of orderIds)
      for (const entry of await from.entriesOf(orderId))
        await to.documentClient.send(new PutCommand({ TableName: to.tableName, Item: toItem(entry) }));
  };

  it.each([['a'], ['b']])(
    'goes on where only the entry of order %s has arrived, and has one effect',
    async (arrived) => {
      const keyStore = createInMemoryCustomerKeys();
      const [us, eu] = [await openRegion('us-east-1', keyStore), await openRegion('eu-west-1', keyStore)];
      const send = ({ api }: Region) => api.post('/commands', 'k', { orders: [cancel('a'), place('b')] });
      await placeOrder(us.api, 'a');
      await replicate(us, eu, 'a');
      const first = await send(us);
      await replicate(us, eu, arrived);
      const again = await send(eu);
      expect([first.status, again.status, again.body.commandId]).toEqual([201, 201, first.body.commandId]);
      await replicate(us, eu, 'a', 'b');
      await replicate(eu, us, 'a', 'b');
      for (const { api } of [us, eu]) {
        expect((await api.get('/orders/a')).body).toMatchObject({ status: 'cancelled', cases: [] });
        expect((await api.get('/orders/b')).body).toMatchObject({ status: 'placed', cases: [] });
        const { duplicates } = (await api.get(`/orders/${arrived === 'a' ? 'b' : 'a'}/explanation`)).body;
        expect(duplicates).toHaveLength(1);
        expect((await send({ ...us, api })).headers).toMatchObject({ 'idempotency-replayed': 'true' });
      }
    },
  );
});

/** As a client does it that is told to come back. */
const untilTaken = async (send: () => Promise<Reply>): Promise<Reply> => {
  for (let tries = 1; ; tries++) {
    const reply = await send();
    if (reply.status === 201 || tries === 10) return reply;
    expect(reply.body.type).toBe('urn:rejoin:problem:busy');
  }
};
