import { beforeEach, describe, expect, it } from 'vitest';
import { invariant } from '../../../domain/kernel/invariant.ts';
import { groupEntriesMax } from '../../../domain/kernel/limits.ts';
import { hashEntry } from '../../../domain/ledger/entry-hash.ts';
import { type EventStore, LedgerFault } from '../../../domain/ports/event-store.ts';
import {
  createInMemoryCustomerKeys,
  type InMemoryCustomerKeys,
} from '../../../infra/in-memory/in-memory-customer-keys.ts';
import { createInMemoryEventStore, type InMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { appendTriesMax } from '../../../services/ledger/append-commands.ts';
import { groupBytesMax } from '../../../services/order-api/group-body.ts';
import type { CreateOrderApi } from '../../../services/order-api/order-api.ts';
import { unlimited } from '../../../services/order-api/rate-limit/rate-limiter.ts';
import { bodyBytesMax } from '../../../services/order-api/read-json-body.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { collect } from '../../support/collect.ts';
import { createTestApi, type OrderApiClient, type Reply, type RequestOptions } from '../../support/order-api-client.ts';
import { createTestPersonalData } from '../../support/personal-data.ts';

const order = placed().data;
/** The chair in order a goes back, another one is ordered as b. */
const cancelA = { orderId: 'a', type: 'OrderCancelled', data: {} };
const placeB = { orderId: 'b', type: 'OrderPlaced', data: order };
const exchange = [cancelA, placeB];

let store: InMemoryEventStore;
/** The customers', of all regions. */
let keyStore: InMemoryCustomerKeys;
let api: OrderApiClient;

const apiOn = (eventStore: EventStore, { region = 'us-east-1', ...rest }: Partial<CreateOrderApi> = {}) =>
  createTestApi(eventStore, { region, personalData: createTestPersonalData({ region, keyStore }), ...rest });

beforeEach(async () => {
  store = createInMemoryEventStore({ sha256 });
  keyStore = createInMemoryCustomerKeys();
  api = apiOn(store);
  await placeOrder('a');
});

const placeOrder = (orderId: string, on = api) => on.post('/orders', `place-${orderId}`, { orderId, ...order });
const command = (orders: readonly unknown[], key = 'exchange-1', options: RequestOptions = {}, on = api) =>
  on.post('/commands', key, { orders }, options);
const entriesOf = async (orderId: string, from: EventStore = store) =>
  (await from.load(`order/acme/${orderId}`)).entries;

const expectProblem = (reply: Reply, status: number, kind: string): void => {
  expect(reply.body).toMatchObject({ status, type: `urn:rejoin:problem:${kind}` });
  expect(reply.status).toBe(status);
  expect(reply.headers['content-type']).toBe('application/problem+json');
};

/** Nothing but the order that every test begins with. */
const expectNothingTaken = async (): Promise<void> => {
  expect(await collect(store.streams())).toEqual(['order/acme/a']);
  expect(await entriesOf('a')).toHaveLength(1);
};

describe('a command over several orders', () => {
  it('gives each order its entry, and all entries one command', async () => {
    const reply = await command(exchange);
    const [[, cancellation], [placement]] = [await entriesOf('a'), await entriesOf('b')];
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      commandId: cancellation?.group?.commandId,
      orders: [
        {
          order: expect.objectContaining({ orderId: 'a', status: 'cancelled', token: 'us-east-1:2' }),
          entry: { id: cancellation?.id, position: 'us-east-1/0000000002' },
          token: 'us-east-1:2',
        },
        {
          order: expect.objectContaining({ orderId: 'b', status: 'placed', region: 'us-east-1' }),
          entry: { id: placement?.id, position: 'us-east-1/0000000001' },
          token: 'us-east-1:1',
        },
      ],
    });
    expect(cancellation?.group).toEqual({
      commandId: expect.any(String),
      streams: ['order/acme/a', 'order/acme/b'],
    });
    expect(placement).toMatchObject({ group: cancellation?.group, kind: 'decision', idempotencyKey: 'exchange-1' });
  });

  it('has no token of its own, since its orders have nothing in common', async () => {
    const { headers } = await command(exchange);
    expect(Object.keys(headers)).not.toContain('etag');
    expect(Object.keys(headers)).not.toContain('rejoin-token');
    expect(headers).toMatchObject({ 'rejoin-region': 'us-east-1', 'rejoin-epoch': '0' });
  });

  it('takes several events for an order, as a decision that comes alone does', async () => {
    const events = [
      { type: 'NoteChanged', data: { note: 'goes back' } },
      { type: 'OrderCancelled', data: {} },
    ];
    const { body } = await command([{ orderId: 'a', events, source: 'shop', occurredAt: 1_000 }, placeB]);
    expect(body.orders[0].order).toMatchObject({ status: 'cancelled' });
    expect((await entriesOf('a'))[1]).toMatchObject({ source: 'shop', occurredAt: 1_000, events: [{}, {}] });
  });

  it('takes as many orders as a group may have', async () => {
    const orders = Array.from({ length: groupEntriesMax }, (_, i) => ({ ...placeB, orderId: `n-${i}` }));
    const { status, body } = await command(orders);
    expect(status).toBe(201);
    expect(body.orders.map((it: { order: { orderId: string } }) => it.order.orderId)).toEqual(
      orders.map(({ orderId }) => orderId),
    );
  });

  it('holds the token that came with an order against the state that the region has', async () => {
    const stale = await command([{ ...cancelA, ifMatch: 'us-east-1:7' }, placeB]);
    expectProblem(stale, 412, 'not-current');
    expect(stale.body).toMatchObject({ orderId: 'a', pointer: '/orders/0', token: 'us-east-1:1' });
    await expectNothingTaken();
    expect((await command([{ ...cancelA, ifMatch: 'us-east-1:1' }, placeB])).status).toBe(201);
  });

  it('counts against its caller’s limit once an order', async () => {
    const more: number[] = [];
    const rateLimiter = { ...unlimited, takeMore: (_: unknown, tokens: number) => void more.push(tokens) };
    await command([...exchange, { ...placeB, orderId: 'c' }], 'k', {}, apiOn(store, { rateLimiter }));
    expect(more).toEqual([2]);
  });

  it('keeps the orders of another tenant out of reach', async () => {
    const reply = await command(exchange, 'k', { as: { tenant: 'other' } });
    expectProblem(reply, 404, 'unknown-order');
    await expectNothingTaken();
  });
});

describe('a command of which one order cannot take its part', () => {
  it('is refused whole, naming the order, what it may do, and where it stands in the request', async () => {
    const reply = await command([placeB, { orderId: 'a', type: 'ReturnRequested', data: {} }]);
    expectProblem(reply, 409, 'illegal-transition');
    expect(reply.body).toMatchObject({
      orderId: 'a',
      pointer: '/orders/1',
      orderStatus: 'placed',
      legalMoves: { decisions: expect.arrayContaining(['OrderCancelled']) },
    });
    await expectNothingTaken();
  });

  it.each([
    ['an order that nobody placed', { orderId: 'c', type: 'OrderCancelled' }, 404, 'unknown-order', {}],
    ['a fact', { orderId: 'a', type: 'OrderPacked' }, 400, 'mixed-kinds', {}],
    ['a type that nobody knows', { orderId: 'a', type: 'OrderEaten' }, 400, 'unknown-event-type', {}],
    [
      'a payload that does not fit',
      { orderId: 'a', type: 'NoteChanged', data: { note: 7 } },
      400,
      'invalid-payload',
      { errors: [expect.objectContaining({ pointer: '/orders/1/data/note' })] },
    ],
    [
      'a payload among several that does not fit',
      { orderId: 'a', events: [{ type: 'TagAdded', data: { tag: 'x' } }, { type: 'NoteChanged' }] },
      400,
      'invalid-payload',
      { errors: [expect.objectContaining({ pointer: expect.stringMatching(/^\/orders\/1\/events\/1\/data/) })] },
    ],
  ])('is refused for %s', async (_, leg, status, kind, extensions) => {
    const reply = await command([placeB, leg]);
    expectProblem(reply, status, kind);
    expect(reply.body).toMatchObject({ orderId: leg.orderId, pointer: '/orders/1', ...extensions });
    await expectNothingTaken();
  });
});

describe('a repeated command over several orders', () => {
  it('has the first outcome again, whatever its orders went through since', async () => {
    const first = await command(exchange);
    await api.post('/orders/b/decisions', 'note-1', { type: 'NoteChanged', data: { note: 'ring twice' } });
    const again = await command(exchange);
    expect(again).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' } });
    const replayed = first.body.orders.map((leg: object) => ({ ...leg, replayed: true }));
    expect(again.body).toEqual({ ...first.body, orders: replayed });
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect([await entriesOf('a'), await entriesOf('b')].map(({ length }) => length)).toEqual([2, 2]);
  });

  it.each([
    ['another payload', [{ ...cancelA, data: { reason: 'another' } }, placeB]],
    ['another order', [cancelA, { ...placeB, orderId: 'c' }]],
    ['one order more', [...exchange, { ...placeB, orderId: 'c' }]],
    ['its orders the other way round', [placeB, cancelA]],
  ])('is another command with %s, and refused under the same key', async (_, orders) => {
    await command(exchange);
    const reply = await command(orders);
    expectProblem(reply, 422, 'key-reused');
    expect([...(await entriesOf('a')), ...(await entriesOf('b')), ...(await entriesOf('c'))]).toHaveLength(3);
  });

  it('is another command than one of its parts alone', async () => {
    await command(exchange);
    expectProblem(await api.post('/orders/a/decisions', 'exchange-1', cancelAlone), 422, 'key-reused');
    await placeOrder('d');
    await api.post('/orders/d/decisions', 'exchange-2', cancelAlone);
    expectProblem(
      await command(
        [
          { ...cancelA, orderId: 'd' },
          { ...placeB, orderId: 'e' },
        ],
        'exchange-2',
      ),
      422,
      'key-reused',
    );
    expect(await entriesOf('e')).toEqual([]);
  });

  const cancelAlone = { type: 'OrderCancelled', data: {} };
});

describe('a request for several orders that is none', () => {
  it.each([
    ['no orders', {}, '/orders'],
    ['orders that are no list', { orders: 'a' }, '/orders'],
    ['a single order', { orders: [cancelA] }, '/orders'],
    ['more orders than a group has', { orders: Array.from({ length: 11 }, () => placeB) }, '/orders'],
    ['something else beside', { orders: exchange, source: 'api' }, ''],
    ['an order that is no object', { orders: [cancelA, 7] }, '/orders/1'],
    ['an order without an id', { orders: [cancelA, { type: 'OrderPlaced', data: order }] }, '/orders/1/orderId'],
    ['an order id that is none', { orders: [cancelA, { ...placeB, orderId: 'a/b' }] }, '/orders/1/orderId'],
    ['an order twice', { orders: [cancelA, placeB, { ...placeB, orderId: 'a' }] }, '/orders/2/orderId'],
    ['no type', { orders: [cancelA, { orderId: 'b' }] }, '/orders/1/type'],
    ['a type within events', { orders: [{ orderId: 'a', events: [{ type: 7 }] }, placeB] }, '/orders/0/events/0/type'],
    ['a quoted token', { orders: [{ ...cancelA, ifMatch: '"us-east-1:1"' }, placeB] }, '/orders/0/ifMatch'],
    ['a token that is no text', { orders: [{ ...cancelA, ifMatch: 1 }, placeB] }, '/orders/0/ifMatch'],
    ['an unknown property', { orders: [cancelA, { ...placeB, expected: 1 }] }, '/orders/1'],
    ['a resolution', { orders: [{ orderId: 'a', type: 'ConflictResolved' }, placeB] }, '/orders/0/type'],
    [
      'a resolution among events',
      { orders: [placeB, { orderId: 'a', events: [{ type: 'NoteChanged' }, { type: 'ConflictResolved' }] }] },
      '/orders/1/events/1/type',
    ],
  ])('is refused with the place: %s', async (_, body, pointer) => {
    const reply = await api.post('/commands', 'k', body);
    expectProblem(reply, 400, 'invalid-body');
    expect(reply.body.errors).toContainEqual({ pointer, detail: expect.stringMatching(/./) });
    await expectNothingTaken();
  });

  it('needs a key of its own', async () => {
    expectProblem(await command(exchange, ''), 400, 'missing-idempotency-key');
    await expectNothingTaken();
  });

  it.each(['If-Match', 'Rejoin-Token'])('has no state for %s to speak of', async (name) => {
    expectProblem(await command(exchange, 'k', { headers: { [name]: '"us-east-1:1"' } }), 400, 'invalid-header');
    await expectNothingTaken();
  });

  it('is refused before it is read when it is too large, whole or in one order', async () => {
    const padded = { ...cancelA, data: { reason: 'x'.repeat(bodyBytesMax) } };
    const [whole, part] = [' '.repeat(groupBytesMax), ''];
    for (const [padding, orders, bytesMax] of [
      [whole, exchange, groupBytesMax],
      [part, [padded, placeB], bodyBytesMax],
    ] as const) {
      const reply = await api.post('/commands', 'k', undefined, { rawBody: JSON.stringify({ orders }) + padding });
      expectProblem(reply, 413, 'body-too-large');
      expect(reply.body.detail).toContain(String(bytesMax));
    }
    await expectNothingTaken();
  });

  it('is refused when its JSON cannot be kept', async () => {
    const deep = `${'['.repeat(40)}${']'.repeat(40)}`;
    for (const data of [deep, '{"__proto__": 1}', '{"note": 1e999}', '{"note": "\\ud800"}']) {
      const rawBody = `{"orders": [{"orderId": "a", "type": "NoteChanged", "data": ${data}}, ${JSON.stringify(placeB)}]}`;
      expectProblem(await api.post('/commands', 'k', undefined, { rawBody }), 400, 'invalid-json');
    }
    await expectNothingTaken();
  });
});

describe('a command over several orders, where the ledger stands in its way', () => {
  it('is not for a strongly consistent table, and says why before anything is read', async () => {
    const untouched = new Proxy(store, {
      get: () => {
        throw new Error('nobody asks the ledger');
      },
    });
    const reply = await command(exchange, 'k', {}, apiOn(untouched, { consistency: 'strong' }));
    expectProblem(reply, 501, 'not-implemented');
    expect(reply.body.detail).toContain('no transactions');
  });

  it('decides again on what the winner of a race has written, of either order', async () => {
    let isFirst = true;
    const late = apiOn({
      ...store,
      appendAll: async (entries) => {
        if (isFirst) await api.post('/orders/a/decisions', 'note-1', { type: 'NoteChanged', data: { note: 'mine' } });
        isFirst = false;
        return store.appendAll(entries);
      },
    });
    const reply = await command(exchange, 'exchange-1', {}, late);
    expect(reply.status).toBe(201);
    expect(reply.body.orders.map((leg: { token: string }) => leg.token)).toEqual(['us-east-1:3', 'us-east-1:1']);
  });

  it('gives up after a bounded number of lost races', async () => {
    let tries = 0;
    const contended = apiOn({
      ...store,
      appendAll: async () => {
        tries++;
        return { kind: 'position-taken' };
      },
    });
    const reply = await command(exchange, 'k', {}, contended);
    expectProblem(reply, 409, 'busy');
    expect(reply.headers['retry-after']).toBe('1');
    expect(tries).toBe(appendTriesMax);
    await expectNothingTaken();
  });

  it('is one command when it was stored and nobody could say so', async () => {
    const mute = apiOn({
      ...store,
      appendAll: async (entries) => {
        await store.appendAll(entries);
        throw new LedgerFault('unavailable', 'no answer');
      },
    });
    expectProblem(await command(exchange, 'exchange-1', {}, mute), 503, 'ledger-unavailable');
    expect((await command(exchange)).headers).toMatchObject({ 'idempotency-replayed': 'true' });
    expect([await entriesOf('a'), await entriesOf('b')].map(({ length }) => length)).toEqual([2, 1]);
  });

  it('appends only what is missing where one part of it was lost', async () => {
    await command(exchange);
    const [base, cancellation] = await entriesOf('a');
    const restored = createInMemoryEventStore({ sha256 });
    for (const entry of [base, cancellation]) if (entry) restored.replicate(entry);
    const { body } = await command(exchange, 'exchange-1', {}, apiOn(restored));
    expect(body.commandId).toBe(cancellation?.group?.commandId);
    expect(body.orders.map((leg: { replayed?: true }) => leg.replayed)).toEqual([true, undefined]);
    expect((await entriesOf('b', restored)).map(({ group }) => group)).toEqual([cancellation?.group]);
  });

  it('believes no stored part that names other orders than its own', async () => {
    await command(exchange);
    const [base, cancellation] = await entriesOf('a');
    invariant(base && cancellation?.group, 'the order was placed and cancelled');
    const streams = ['order/acme/a', 'order/umbrella/secret'];
    const { hash: _, ...rest } = { ...cancellation, group: { ...cancellation.group, streams } };
    const tampered = createInMemoryEventStore({ sha256 });
    for (const entry of [base, hashEntry(rest, sha256)]) tampered.replicate(entry);
    expect((await command(exchange, 'exchange-1', {}, apiOn(tampered))).status).toBe(201);
    const [appended] = await entriesOf('b', tampered);
    expect(appended?.group?.streams).toEqual(['order/acme/a', 'order/acme/b']);
  });
});

describe('a writer who waits for the other regions', () => {
  const peer = (region: string, holds: (stream: string) => boolean) => ({
    region,
    holds: async ({ stream }: { readonly stream: string }) => holds(stream),
  });
  const query = { replicated: 'all' };

  it('hears that they hold every entry of the command', async () => {
    const waiting = apiOn(store, { peers: [peer('eu-west-1', () => true)] });
    const reply = await command(exchange, 'k', { query }, waiting);
    expect(reply).toMatchObject({
      status: 201,
      body: { replication: { held: ['us-east-1', 'eu-west-1'], missing: [] } },
    });
  });

  it('hears which of them lack one', async () => {
    const waiting = apiOn(store, { peers: [peer('eu-west-1', (stream) => stream.endsWith('/a'))] });
    const reply = await command(exchange, 'k', { query }, waiting);
    expect(reply).toMatchObject({
      status: 202,
      body: { replication: { held: ['us-east-1'], missing: ['eu-west-1'] } },
    });
    expect(await entriesOf('b')).toHaveLength(1);
  });
});

describe('a command over several orders, and the other region', () => {
  let europe: InMemoryEventStore;
  let europeApi: OrderApiClient;

  const replicate = async (from: InMemoryEventStore, to: InMemoryEventStore, ...orderIds: readonly string[]) => {
    for (const orderId of orderIds) for (const entry of await entriesOf(orderId, from)) to.replicate(entry);
  };
  const heal = async (): Promise<void> => {
    await replicate(store, europe, 'a', 'b');
    await replicate(europe, store, 'a', 'b');
  };
  const read = async (orderId: string) => {
    const [here, there] = [await api.get(`/orders/${orderId}`), await europeApi.get(`/orders/${orderId}`)];
    expect({ ...there.body, region: 'us-east-1' }).toEqual(here.body);
    return here.body;
  };
  const explain = async (orderId: string) => (await api.get(`/orders/${orderId}/explanation`)).body;

  beforeEach(async () => {
    europe = createInMemoryEventStore({ sha256 });
    europeApi = apiOn(europe, { region: 'eu-west-1' });
    await replicate(store, europe, 'a');
  });

  it.each([
    ['cancelled', 'a'],
    ['placed', 'b'],
  ])(
    'appends what is missing where only the order that was %s has arrived, as the same command',
    async (_, arrived) => {
      const first = await command(exchange);
      await replicate(store, europe, arrived);
      const again = await command(exchange, 'exchange-1', {}, europeApi);
      expect(again.status).toBe(201);
      expect(again.headers).not.toHaveProperty('idempotency-replayed');
      expect(again.body.commandId).toBe(first.body.commandId);
      const missing = arrived === 'a' ? 'b' : 'a';
      expect(again.body.orders.map((leg: { replayed?: true }) => leg.replayed === true)).toEqual([
        arrived === 'a',
        arrived === 'b',
      ]);
      const appended = (await entriesOf(missing, europe)).filter(({ region }) => region === 'eu-west-1');
      const group = { commandId: first.body.commandId, streams: ['order/acme/a', 'order/acme/b'] };
      expect(appended).toEqual([expect.objectContaining({ group })]);
    },
  );

  it.each([[[]], [['a']], [['b']], [['a', 'b']]])(
    'has one effect an order and asks nobody, however much of it had arrived before the retry: %j',
    async (arrived) => {
      await command(exchange);
      await replicate(store, europe, ...arrived);
      await command(exchange, 'exchange-1', {}, europeApi);
      await heal();
      expect(await read('a')).toMatchObject({ status: 'cancelled', cases: [], provisional: false });
      expect(await read('b')).toMatchObject({ status: 'placed', cases: [], provisional: false });
      for (const orderId of ['a', 'b']) {
        const { duplicates, cases, rejected } = await explain(orderId);
        expect([duplicates.length, cases, rejected]).toEqual([arrived.includes(orderId) ? 0 : 1, [], []]);
      }
    },
  );

  it.each([
    ['is not possible there any more', { type: 'PaymentCaptured', data: { amount: 1 } }, {}],
    ['has another state there', undefined, { ifMatch: 'us-east-1:1' }],
  ])(
    'is not refused where a part of it has arrived and another %s, but has to wait for that',
    async (_, fact, matching) => {
      const cancelBoth = [cancelA, { orderId: 'c', type: 'OrderCancelled', data: {}, ...matching }];
      await placeOrder('c');
      const first = await command(cancelBoth);
      expect(first.status).toBe(201);
      await replicate(store, europe, 'a');
      const [opening] = await entriesOf('c');
      invariant(opening, 'the order was placed');
      europe.replicate(opening);
      for (const type of fact ? ['PaymentCaptured', 'OrderShipped'] : ['PaymentCaptured'])
        await europeApi.post('/orders/c/facts', type, {
          type,
          source: 'psp',
          data: type === 'PaymentCaptured' ? { amount: 1 } : {},
        });
      const early = await command(cancelBoth, 'exchange-1', {}, europeApi);
      expectProblem(early, 425, 'not-covered');
      expect(early.body).toMatchObject({ orderId: 'c', pointer: '/orders/1', missing: ['us-east-1'] });
      expect(early.headers['retry-after']).toBe('1');
      await replicate(store, europe, 'c');
      const late = await command(cancelBoth, 'exchange-1', {}, europeApi);
      expect(late).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' } });
      expect(late.body.commandId).toBe(first.body.commandId);
    },
  );

  it('is refused there, too, when it comes back changed', async () => {
    await command(exchange);
    await replicate(store, europe, 'b');
    const changed = [{ ...cancelA, data: { reason: 'another' } }, placeB];
    expectProblem(await command(changed, 'exchange-1', {}, europeApi), 422, 'key-reused');
    expect(await entriesOf('a', europe)).toHaveLength(1);
  });

  it('shows a rejected part with the others, to the reviewer and in the explanation, also once it is settled', async () => {
    for (const [type, source] of [
      ['PaymentCaptured', 'psp'],
      ['OrderShipped', 'carrier'],
    ] as const)
      await europeApi.post('/orders/a/facts', type, {
        type,
        source,
        data: type === 'PaymentCaptured' ? { amount: 1 } : {},
      });
    const { body } = await command(exchange);
    await heal();
    const group = { commandId: body.commandId, orderIds: ['a', 'b'] };
    const rejected = body.orders[0].entry;
    expect(await read('a')).toMatchObject({
      status: 'shipped',
      provisional: true,
      cases: [{ id: rejected.id, reasons: ['contested'], group }],
    });
    expect(await explain('a')).toMatchObject({ cases: [{ id: rejected.id, group }] });
    expect(await read('b')).toMatchObject({ status: 'placed', cases: [] });
    const resolution = { type: 'ConflictResolved', data: { cases: [rejected.id], reason: 'the parcel is on its way' } };
    await api.post('/orders/a/decisions', 'resolve-1', resolution);
    expect((await explain('a')).cases).toEqual([expect.objectContaining({ group, settledBy: expect.any(String) })]);
  });

  it('says nothing of a group in the case of a decision that came alone', async () => {
    await europeApi.post('/orders/a/facts', 'k1', { type: 'PaymentCaptured', source: 'psp', data: { amount: 1 } });
    await europeApi.post('/orders/a/facts', 'k2', { type: 'OrderShipped', source: 'carrier' });
    await api.post('/orders/a/decisions', 'k3', { type: 'OrderCancelled' });
    await heal();
    const { cases } = await read('a');
    expect(cases).toHaveLength(1);
    expect(cases[0]).not.toHaveProperty('group');
    expect((await explain('a')).cases[0]).not.toHaveProperty('group');
  });
});
