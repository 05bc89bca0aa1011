import { beforeEach, describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import type { MetricName } from '../../../domain/ports/metrics.ts';
import { createInMemoryEventStore, type InMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { appendTriesMax } from '../../../services/ledger/append-commands.ts';
import { quietObservability } from '../../../services/middleware/observability.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { createTestApi, type OrderApiClient, type Reply } from '../../support/order-api-client.ts';

const order = placed().data;
const stream = 'order/acme/1001';

let store: InMemoryEventStore;
let api: OrderApiClient;

beforeEach(() => {
  store = createInMemoryEventStore({ sha256 });
  api = createTestApi(store);
});

const placeOrder = (orderId = '1001') => api.post('/orders', `place-${orderId}`, { orderId, ...order });
const decide = (type: string, key: string, data: object = {}, headers: Record<string, string> = {}) =>
  api.post('/orders/1001/decisions', key, { type, data }, { headers });
const report = (type: string, source: string, data: object = {}, key = `${type}-1`) =>
  api.post('/orders/1001/facts', key, { type, data, source });

const expectProblem = (reply: Reply, status: number, kind: string): void => {
  expect(reply.body).toMatchObject({ status, type: `urn:rejoin:problem:${kind}` });
  expect(reply.status).toBe(status);
  expect(reply.headers['content-type']).toBe('application/problem+json');
  expect(reply.body.title).not.toBe('');
};

describe('place an order', () => {
  it('answers with the order, its entry, where it is and what it is worth quoting', async () => {
    const reply = await placeOrder();
    expect(reply.status).toBe(201);
    expect(reply.headers).toMatchObject({
      location: '/orders/1001',
      etag: '"us-east-1:1"',
      'rejoin-token': 'us-east-1:1',
      'rejoin-region': 'us-east-1',
      'content-type': 'application/json',
    });
    expect(reply.body.entry).toMatchObject({ position: 'us-east-1/0000000001' });
    expect(reply.body.order).toMatchObject({
      orderId: '1001',
      status: 'placed',
      class: 'none',
      provisional: false,
      region: 'us-east-1',
      token: 'us-east-1:1',
      cut: { 'us-east-1': 1 },
      fields: { customerId: 'customer-1', currency: 'BRL' },
      money: { captured: 0, refunded: 0 },
      cases: [],
      pending: 0,
    });
    expect(reply.body.order.legalMoves.decisions).toContain('OrderCancelled');
    expect((await store.load(stream)).entries).toHaveLength(1);
  });

  it('derives the same order id from the key in every region', async () => {
    const here = await api.post('/orders', 'cart-7', order);
    const there = await createTestApi(createInMemoryEventStore({ sha256 }), { region: 'eu-west-1' }).post(
      '/orders',
      'cart-7',
      order,
    );
    expect(here.status).toBe(201);
    expect(there.body.order.orderId).toBe(here.body.order.orderId);
    expect((await api.get(here.headers['location'] ?? '')).status).toBe(200);
  });

  it('refuses another order under the same number', async () => {
    await placeOrder();
    expectProblem(await api.post('/orders', 'other-key', { orderId: '1001', ...order }), 409, 'illegal-transition');
  });

  it('takes a body that the gateway has encoded in base64', async () => {
    const rawBody = Buffer.from(JSON.stringify({ orderId: '1001', ...order })).toString('base64');
    const reply = await api.post('/orders', 'key-1', undefined, { rawBody, isBase64Encoded: true });
    expect(reply.status).toBe(201);
  });
});

describe('append a decision', () => {
  beforeEach(async () => {
    await placeOrder();
  });

  it('applies it and moves the token on', async () => {
    const reply = await decide('OrderCancelled', 'cancel-1', { reason: 'changed my mind' });
    expect(reply).toMatchObject({
      status: 201,
      headers: { etag: '"us-east-1:2"' },
      body: { order: { status: 'cancelled' } },
    });
  });

  it('names the legal moves when the lifecycle forbids it', async () => {
    await decide('OrderCancelled', 'cancel-1');
    const reply = await decide('ReturnRequested', 'return-1');
    expectProblem(reply, 409, 'illegal-transition');
    expect(reply.body).toMatchObject({
      orderStatus: 'cancelled',
      eventType: 'ReturnRequested',
      legalMoves: { facts: ['RefundIssued'] },
    });
  });

  it('stores several events as one entry', async () => {
    const events = [
      { type: 'NoteChanged', data: { note: 'ring twice' } },
      { type: 'OrderCancelled', data: {} },
    ];
    const reply = await api.post('/orders/1001/decisions', 'both-1', { events });
    expect(reply.body.order).toMatchObject({ status: 'cancelled', fields: { note: 'ring twice' } });
    expect((await store.load(stream)).entries).toHaveLength(2);
  });

  it('does not know an order that nobody placed', async () => {
    expectProblem(await api.post('/orders/2002/decisions', 'k', { type: 'OrderCancelled' }), 404, 'unknown-order');
  });

  it('holds If-Match against the state that the region has', async () => {
    const stale = await decide('OrderCancelled', 'cancel-1', {}, { 'if-match': '"us-east-1:7"' });
    expectProblem(stale, 412, 'not-current');
    expect(stale.body.token).toBe('us-east-1:1');
    expect((await decide('OrderCancelled', 'cancel-2', {}, { 'If-Match': '"us-east-1:1"' })).status).toBe(201);
  });

  it('never matches a weak tag, as HTTP has it', async () => {
    expectProblem(await decide('OrderCancelled', 'k', {}, { 'if-match': 'W/"us-east-1:1"' }), 412, 'not-current');
  });

  it('signs a resolution as the reviewer', async () => {
    const reply = await decide('ConflictResolved', 'resolve-1', { cases: [], status: 'paid', reason: 'bank letter' });
    expect(reply.body.order.status).toBe('paid');
    expect((await store.load(stream)).entries[1]?.source).toBe('reviewer');
  });
});

describe('record a fact', () => {
  it('takes one that the lifecycle forbids, and says so in the order', async () => {
    await placeOrder();
    const reply = await report('OrderShipped', 'carrier');
    expect(reply.status).toBe(201);
    expect(reply.body.order).toMatchObject({ status: 'placed', class: 'illegal' });
    expect(reply.body.order.cases).toHaveLength(1);
    expect((await report('PaymentCaptured', 'psp', { amount: 9980 })).body.order).toMatchObject({
      status: 'shipped',
      class: 'late',
      money: { captured: 9980 },
      cases: [],
    });
  });

  it('takes one for an order that is unknown here', async () => {
    const reply = await report('PaymentCaptured', 'psp', { amount: 100 });
    expect(reply.status).toBe(201);
    expect((await api.get('/orders/1001')).body).toMatchObject({ status: 'none', money: { captured: 100 } });
  });

  it('keeps when the source says that it happened, as ISO 8601 or milliseconds', async () => {
    const body = { type: 'OrderPacked', source: 'warehouse' };
    await api.post('/orders/1001/facts', 'k1', { ...body, occurredAt: '2025-12-31T23:00:00-03:00' });
    await api.post('/orders/1001/facts', 'k2', { ...body, occurredAt: 1_767_232_800_000 });
    const { entries } = await store.load(stream);
    expect(entries.map((entry) => entry.occurredAt)).toEqual([Date.UTC(2026, 0, 1, 2), 1_767_232_800_000]);
  });

  it('lets writers of two regions share one chain on a strongly consistent table, with nothing concurrent', async () => {
    const shared = createInMemoryEventStore({ sha256 });
    const regions = ['us-east-1', 'eu-west-1'].map((region) =>
      createTestApi(shared, { region, consistency: 'strong' }),
    );
    const [us] = regions as [OrderApiClient, OrderApiClient];
    await us.post('/orders', 'place-1', { orderId: '1001', ...order });
    await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        regions[i % 2]?.post('/orders/1001/decisions', `note-${i}`, {
          type: 'NoteChanged',
          data: { note: `note ${i}` },
        }),
      ),
    );
    const { body } = await us.get('/orders/1001');
    expect(body).toMatchObject({ class: 'none', cut: { global: 9 }, token: 'global:9' });
  });

  it('gives sixteen writers of one order a position each', async () => {
    await placeOrder();
    const replies = await Promise.all(
      Array.from({ length: 16 }, (_, i) => report('PaymentCaptured', 'psp', { amount: 1 }, `payment-${i}`)),
    );
    expect(replies.map((reply) => reply.status)).toEqual(Array.from({ length: 16 }, () => 201));
    expect(new Set(replies.map((reply) => reply.body.entry.position)).size).toBe(16);
    expect((await api.get('/orders/1001')).body.money.captured).toBe(16);
  });
});

describe('repeat a command', () => {
  it('answers a retry with the first outcome as it was then, and stores nothing', async () => {
    const first = await placeOrder();
    await decide('OrderCancelled', 'cancel-1');
    const again = await placeOrder();
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers).toEqual({ ...first.headers, 'idempotency-replayed': 'true' });
    expect((await store.load(stream)).entries).toHaveLength(2);
  });

  it('refuses another payload under the key', async () => {
    await placeOrder();
    await decide('NoteChanged', 'note-1', { note: 'ring twice' });
    expectProblem(await decide('NoteChanged', 'note-1', { note: 'ring once' }), 422, 'key-reused');
  });

  it('stores one entry when the same command arrives sixteen times at once', async () => {
    const replies = await Promise.all(Array.from({ length: 16 }, () => placeOrder()));
    expect(new Set(replies.map((reply) => reply.body.entry.id)).size).toBe(1);
    expect(replies.filter((reply) => reply.headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    expect((await store.load(stream)).entries).toHaveLength(1);
  });

  it('knows the key in the other region once the entry has arrived there', async () => {
    const there = createInMemoryEventStore({ sha256 });
    const first = await placeOrder();
    for (const entry of (await store.load(stream)).entries) there.replicate(entry);
    const elsewhere = createTestApi(there, { region: 'eu-west-1' });
    const again = await elsewhere.post('/orders', 'place-1001', { orderId: '1001', ...order });
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.headers['rejoin-region']).toBe('eu-west-1');
    expect(again.body.entry).toEqual(first.body.entry);
    expect((await there.load(stream)).entries).toHaveLength(1);
  });

  it('has one effect when both regions accepted it while they were apart', async () => {
    const there = createInMemoryEventStore({ sha256 });
    const elsewhere = createTestApi(there, { region: 'eu-west-1' });
    const payment = { type: 'PaymentCaptured', source: 'psp', data: { amount: 500 } };
    await placeOrder();
    for (const entry of (await store.load(stream)).entries) there.replicate(entry);
    await api.post('/orders/1001/facts', 'payment-1', payment);
    await elsewhere.post('/orders/1001/facts', 'payment-1', payment);
    for (const entry of (await there.load(stream)).entries) store.replicate(entry);
    expect((await api.get('/orders/1001')).body).toMatchObject({ status: 'paid', money: { captured: 500 } });
    const again = await api.post('/orders/1001/facts', 'payment-1', payment);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect((await store.load(stream)).entries).toHaveLength(3);
  });
});

describe('read an order', () => {
  it('answers with its state and its token', async () => {
    await placeOrder();
    const reply = await api.get('/orders/1001');
    expect(reply).toMatchObject({ status: 200, headers: { etag: '"us-east-1:1"' }, body: { status: 'placed' } });
  });

  it('shows a case until a person has settled it', async () => {
    await placeOrder();
    const shipped = await report('OrderShipped', 'carrier');
    const { id } = shipped.body.entry;
    expect(shipped.body.order.cases).toEqual([
      { id, position: 'us-east-1/0000000002', reasons: ['illegal'], opponents: [], fields: [] },
    ]);
    await decide('ConflictResolved', 'resolve-1', { cases: [id], status: 'shipped', reason: 'paid by bank transfer' });
    expect((await api.get('/orders/1001')).body).toMatchObject({ status: 'shipped', cases: [] });
  });

  it('does not find one of which nothing is known', async () => {
    expectProblem(await api.get('/orders/constructor'), 404, 'unknown-order');
  });

  it('pages through the entries as they are stored', async () => {
    await placeOrder();
    for (let i = 1; i <= 4; i++) await report('PaymentCaptured', 'psp', { amount: i }, `payment-${i}`);
    const first = await api.get('/orders/1001/entries', { query: { limit: '2' } });
    expect(first.body.entries).toEqual((await store.load(stream)).entries.slice(0, 2));
    expect(first.body.nextAfter).toBe('us-east-1/0000000002');
    const second = await api.get('/orders/1001/entries', { query: { limit: '3', after: first.body.nextAfter } });
    expect(second.body.entries).toHaveLength(3);
    expect(second.body).not.toHaveProperty('nextAfter');
  });

  it('ends a page early where its entries are large', async () => {
    await placeOrder();
    const events = Array.from({ length: 80 }, () => ({ type: 'NoteChanged', data: { note: '"'.repeat(1_000) } }));
    for (let i = 1; i <= 12; i++) await api.post('/orders/1001/decisions', `note-${i}`, { events });
    const positions: string[] = [];
    let after: string | undefined;
    let pages = 0;
    do {
      const reply = await api.get('/orders/1001/entries', { query: { limit: '100', ...(after && { after }) } });
      expect(JSON.stringify(reply).length).toBeLessThan(6 * 1024 * 1024);
      positions.push(...reply.body.entries.map((entry: { position: string }) => entry.position));
      after = reply.body.nextAfter;
      pages++;
    } while (after !== undefined);
    expect(pages).toBe(2);
    expect(positions).toEqual((await store.load(stream)).entries.map((entry) => entry.position));
  });

  it('lists a damaged entry beside the others', async () => {
    await placeOrder();
    const damaged = createTestApi({
      ...store,
      readPages: async function* () {
        yield { entries: [], damaged: [{ position: 'us-east-1/0000000001', reason: 'body does not match its hash' }] };
      },
    });
    const reply = await damaged.get('/orders/1001/entries');
    expect(reply).toMatchObject({
      status: 200,
      body: { entries: [], damaged: [{ position: 'us-east-1/0000000001' }] },
    });
  });

  it('does not page through an order that is unknown', async () => {
    expectProblem(await api.get('/orders/2002/entries'), 404, 'unknown-order');
  });
});

describe('health', () => {
  it('names the region', async () => {
    expect(await api.get('/health')).toMatchObject({ status: 200, body: { status: 'ok', region: 'us-east-1' } });
  });
});

describe('what is not there', () => {
  it('says that nothing is at a path, or that it has no such method', async () => {
    expectProblem(await api.get('/nothing'), 404, 'unknown-route');
    const wrongMethod = await api.send('DELETE', '/orders/1001');
    expectProblem(wrongMethod, 405, 'method-not-allowed');
    expect(wrongMethod.headers).toMatchObject({ allow: 'GET', 'rejoin-region': 'us-east-1' });
  });
});

describe('when the ledger fails', () => {
  const failing = (error: Error) =>
    createTestApi({ ...store, load: () => Promise.reject(error), append: () => Promise.reject(error) });

  it('asks to come back when it cannot be reached or is throttled', async () => {
    for (const code of ['unavailable', 'throttled'] as const) {
      const reply = await failing(new LedgerFault(code, 'no answer')).get('/orders/1001');
      expectProblem(reply, 503, 'ledger-unavailable');
      expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    }
  });

  it('says the same of it to who reads and who writes', async () => {
    const down = failing(new LedgerFault('unavailable', 'no answer'));
    const read = await down.get('/orders/1001');
    expect(read.body.detail).toBe('Retry later. A write may have been stored: retry it with the same key.');
    expect((await down.post('/orders', 'k', order)).body).toEqual(read.body);
  });

  it('says when an entry is too large to store', async () => {
    const tooLarge = createTestApi({
      ...store,
      append: () => Promise.reject(new LedgerFault('entry-too-large', '300 KB')),
    });
    expectProblem(await tooLarge.post('/orders', 'k', order), 413, 'entry-too-large');
  });

  it('tells nothing of a bug to the client, but logs and counts it', async () => {
    const logged: unknown[] = [];
    const counted: MetricName[] = [];
    const api = createTestApi(
      { ...store, load: () => Promise.reject(new TypeError('secret detail')) },
      {
        observability: {
          ...quietObservability(),
          logger: { info: () => undefined, warn: () => undefined, error: (...said) => logged.push(...said) },
          metrics: { count: (name) => counted.push(name) },
        },
      },
    );
    const reply = await api.get('/orders/1001');
    expectProblem(reply, 500, 'internal-error');
    expect(JSON.stringify(reply)).not.toContain('secret detail');
    expect(reply.headers['rejoin-region']).toBe('us-east-1');
    expect(logged).toContainEqual(new TypeError('secret detail'));
    expect(counted).toEqual(['RequestFailed']);
  });

  it('gives up after a bounded number of lost races', async () => {
    let tries = 0;
    const contended = createTestApi({
      ...store,
      append: async () => {
        tries++;
        return { kind: 'position-taken' };
      },
    });
    const reply = await contended.post('/orders', 'k', order);
    expectProblem(reply, 409, 'busy');
    expect(reply.headers['retry-after']).toBe('1');
    expect(tries).toBe(appendTriesMax);
  });

  it('stops writing where its own part of the stream has a hole', async () => {
    await placeOrder();
    await report('PaymentCaptured', 'psp', { amount: 1 });
    const { entries } = await store.load(stream);
    const restored = createInMemoryEventStore({ sha256 });
    for (const entry of entries.slice(1)) restored.replicate(entry);
    const reply = await createTestApi(restored).post('/orders/1001/facts', 'k', { type: 'OrderPacked', source: 'w' });
    expectProblem(reply, 503, 'part-not-closed');
    expect((await restored.load(stream)).entries).toHaveLength(1);
  });
});

describe('a lost race', () => {
  it('keeps the id, the time and the key of the first try', async () => {
    const tried: string[] = [];
    await placeOrder();
    const late = createTestApi(
      {
        ...store,
        append: async (entry) => {
          tried.push(`${entry.position} ${entry.id} ${entry.recordedAt}`);
          if (tried.length === 1) await report('PaymentCaptured', 'psp', { amount: 1 });
          return store.append(entry);
        },
      },
      { clock: { nowMs: advancingClock() } },
    );
    await late.post('/orders/1001/facts', 'pack-1', { type: 'OrderPacked', source: 'warehouse' });
    const [first, second] = tried.map((line) => line.split(' '));
    expect(first?.[0]).toBe('us-east-1/0000000002');
    expect(second).toEqual(['us-east-1/0000000003', ...(first?.slice(1) ?? [])]);
  });

  it('decides again on what the winner has written', async () => {
    await placeOrder();
    let isFirst = true;
    const late = createTestApi({
      ...store,
      append: async (entry) => {
        if (isFirst) {
          isFirst = false;
          await decide('OrderCancelled', 'cancel-1');
        }
        return store.append(entry);
      },
    });
    const reply = await late.post('/orders/1001/decisions', 'address-1', {
      type: 'AddressChanged',
      data: { shippingAddress: { line1: '2 Low Street', city: 'Olinda', country: 'BR' } },
    });
    expectProblem(reply, 409, 'illegal-transition');
    expect(reply.body.orderStatus).toBe('cancelled');
  });
});

/** An hour later at every look. */
const advancingClock = () => {
  let nowMs = Date.UTC(2026, 0, 2);
  return () => {
    nowMs += 3_600_000;
    return nowMs;
  };
};
