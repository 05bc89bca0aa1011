import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hashEntry } from '../../../domain/ledger/entry-hash.ts';
import { isSealed } from '../../../domain/ledger/sealed-value.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import {
  createInMemoryCustomerKeys,
  type InMemoryCustomerKeys,
} from '../../../infra/in-memory/in-memory-customer-keys.ts';
import { createInMemoryEventStore, type InMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import type { KeyWrap } from '../../../infra/personal-data/customer-keys.ts';
import { createPowertools } from '../../../infra/powertools/create-powertools.ts';
import { sha256 } from '../../support/builders/ledger-builder.ts';
import { address, placed } from '../../support/builders/retail-drafts.ts';
import { createTestApi, type OrderApiClient, type Reply } from '../../support/order-api-client.ts';
import { createTestPersonalData, seededBytes, testKeyWrap } from '../../support/personal-data.ts';

/** A region with its own replica of entries and keys; what crosses, and when, the test says. */
interface TestRegion {
  readonly store: InMemoryEventStore;
  readonly keys: InMemoryCustomerKeys;
  readonly api: OrderApiClient;
  /** As a container would that starts now. */
  readonly restart: (keyWrap?: KeyWrap) => OrderApiClient;
}

const createRegion = (region: string): TestRegion => {
  const store = createInMemoryEventStore({ sha256 });
  const keys = createInMemoryCustomerKeys();
  const restart = (keyWrap = testKeyWrap) =>
    createTestApi(store, { region, personalData: createTestPersonalData({ region, keyStore: keys, keyWrap }) });
  return { store, keys, restart, api: restart() };
};

const stream = 'order/acme/1001';
const order = { orderId: '1001', ...placed('Recife').data };

let us: TestRegion;
let eu: TestRegion;
/** All keys that were made, of which none crosses by itself. */
let made: { readonly from: TestRegion; readonly carry: (to: TestRegion) => void }[];

beforeEach(() => {
  [us, eu] = [createRegion('us-east-1'), createRegion('eu-west-1')];
  made = [];
  for (const from of [us, eu]) from.keys.onPut((key) => made.push({ from, carry: ({ keys }) => keys.replicate(key) }));
});

const carryEntries = async (from: TestRegion, to: TestRegion): Promise<void> => {
  for (const entry of (await from.store.load(stream)).entries) to.store.replicate(entry);
};
const carryKeys = (from: TestRegion, to: TestRegion): void => {
  for (const key of made) if (key.from === from) key.carry(to);
};
const heal = async (): Promise<void> => {
  for (const [from, to] of [
    [us, eu],
    [eu, us],
  ] as const) {
    carryKeys(from, to);
    await carryEntries(from, to);
  }
};

const place = ({ api }: TestRegion, options = {}) => api.post('/orders', 'place-1', order, options);
const decide = ({ api }: TestRegion, key: string, type: string, data: object, options = {}) =>
  api.post('/orders/1001/decisions', key, { type, data }, options);
const move = (region: TestRegion, key: string, city: string) =>
  decide(region, key, 'AddressChanged', { shippingAddress: address(city) });
const fieldsIn = async (api: OrderApiClient, options = {}) => (await api.get('/orders/1001', options)).body.fields;
const storedEvents = async ({ store }: TestRegion) =>
  (await store.load(stream)).entries.flatMap(({ events }) => events);
const whatAWriterNeeds = [
  'ambiguous',
  'class',
  'cut',
  'legalMoves',
  'orderId',
  'pending',
  'provisional',
  'region',
  'status',
  'token',
];

const expectProblem = (reply: Reply, status: number, kind: string): void => {
  expect(reply.body).toMatchObject({ status, type: `urn:rejoin:problem:${kind}` });
};

describe('what is personal in an order', () => {
  it('is sealed in the entry, and open to who may read orders', async () => {
    expect((await place(us)).body.order.fields).toMatchObject({ shippingAddress: address('Recife') });
    await decide(us, 'note-1', 'NoteChanged', { note: 'ring twice' });
    await decide(us, 'cancel-1', 'OrderCancelled', { reason: 'moved away' });
    const [placedEvent, noted, cancelled] = (await storedEvents(us)).map(({ data }) => data);
    expect(placedEvent).toMatchObject({ customerId: 'customer-1', currency: 'BRL' });
    for (const value of [placedEvent?.['shippingAddress'], noted?.['note'], cancelled?.['reason']])
      expect(isSealed(value)).toBe(true);
    expect(await fieldsIn(us.restart())).toMatchObject({ note: 'ring twice', shippingAddress: address('Recife') });
  });

  it('is not told to a writer who may not read, nor is anything else that the order is about', async () => {
    const cancel = { orderId: '1001', type: 'OrderCancelled', data: { reason: 'moved away' } };
    const exchange = { orders: [cancel, { orderId: '1002', type: 'OrderPlaced', data: placed('Olinda').data }] };
    const payment = { type: 'PaymentCaptured', source: 'psp', data: { amount: 9980 } };
    const asWriter = { as: { scopes: ['orders:write', 'facts:write'] } };
    const replies = [
      await place(us, asWriter),
      await place(us, asWriter),
      await decide(us, 'note-1', 'NoteChanged', { note: 'ring twice' }, asWriter),
      await us.api.post('/orders/1001/facts', 'pay-1', payment, asWriter),
      await us.api.post('/commands', 'exchange-1', exchange, asWriter),
    ];
    for (const { status, body } of replies) {
      expect(status).toBe(201);
      for (const { order } of body.orders ?? [body]) expect(Object.keys(order).toSorted()).toEqual(whatAWriterNeeds);
    }
    expect(replies[0]?.body.order).toMatchObject({ status: 'placed', token: 'us-east-1:1', cut: { 'us-east-1': 1 } });
    expectProblem(await us.api.get('/orders/1001', asWriter), 403, 'not-allowed');
  });

  it('is shown sealed to who pages through the entries', async () => {
    await place(us);
    const { entries } = (await us.api.get('/orders/1001/entries')).body;
    expect(isSealed(entries[0].events[0].data.shippingAddress)).toBe(true);
  });

  it('is not taken sealed: nobody can say whose it would be', async () => {
    await place(us);
    const [event] = await storedEvents(us);
    const shippingAddress = event?.data['shippingAddress'];
    const reply = await decide(us, 'address-1', 'AddressChanged', { shippingAddress });
    expectProblem(reply, 400, 'invalid-payload');
    expect(reply.body.errors).toEqual([
      { pointer: '/data/shippingAddress', detail: 'must be sent plain: it is sealed here' },
    ]);
    expect(await storedEvents(us)).toHaveLength(1);
  });

  it('is not taken before it is known whose order it is, and then with the same key', async () => {
    const payment = { type: 'PaymentCaptured', source: 'psp', data: { amount: 9980 } };
    await eu.api.post('/orders/1001/facts', 'pay-1', payment);
    const early = await decide(eu, 'note-1', 'NoteChanged', { note: 'ring twice' });
    expectProblem(early, 409, 'customer-unknown');
    expect(early.headers).toMatchObject({ 'retry-after': '5' });
    await place(us);
    await heal();
    expect((await decide(eu, 'note-1', 'NoteChanged', { note: 'ring twice' })).status).toBe(201);
    expect(await fieldsIn(eu.api)).toMatchObject({ note: 'ring twice' });
  });

  it('costs nothing where nothing was accepted: a refused request makes no key', async () => {
    await us.api.post('/orders', 'place-1', { ...order, currency: 'nothing' });
    await decide(us, 'note-1', 'NoteChanged', { note: 'x' });
    expect(made).toEqual([]);
  });
});

describe('what is personal, and the other region', () => {
  it('opens there once its key has arrived, which may be later than the entry', async () => {
    await place(us);
    await carryEntries(us, eu);
    expect(await fieldsIn(eu.api)).toMatchObject({ customerId: 'customer-1', shippingAddress: { sealed: true } });
    carryKeys(us, eu);
    expect(await fieldsIn(eu.restart())).toMatchObject({ shippingAddress: address('Recife') });
  });

  it('is one effect when the command is sent again there, before entry or key has arrived', async () => {
    await place(us);
    const again = await place(eu);
    expect(again.status).toBe(201);
    const [here] = (await us.store.load(stream)).entries;
    const [there] = (await eu.store.load(stream)).entries;
    expect(there?.payloadHash).toBe(here?.payloadHash);
    expect(there?.events[0]?.data['shippingAddress']).not.toEqual(here?.events[0]?.data['shippingAddress']);
    await heal();
    for (const { restart } of [us, eu]) {
      const api = restart();
      const explanation = (await api.get('/orders/1001/explanation')).body;
      expect(explanation).toMatchObject({ class: 'none', cases: [], duplicates: [{}] });
      expect(await fieldsIn(api)).toMatchObject({ shippingAddress: address('Recife') });
    }
  });

  it('is replayed there when the command is sent again with the entry, but not the key, arrived', async () => {
    const first = await place(us);
    await carryEntries(us, eu);
    const again = await place(eu);
    expect(again.headers).toMatchObject({ 'idempotency-replayed': 'true' });
    expect(again.body.entry).toEqual(first.body.entry);
    expect(again.body.order.fields.shippingAddress).toEqual({ sealed: true });
    expectProblem(await eu.api.post('/orders', 'place-1', { ...order, currency: 'EUR' }), 422, 'key-reused');
    expect(made).toHaveLength(1);
  });

  it('goes on under the key that the order uses: equal values in both regions are no dispute', async () => {
    await place(us);
    await heal();
    await move(us, 'move-us', 'Olinda');
    await move(eu, 'move-eu', 'Olinda');
    await heal();
    expect(made).toHaveLength(1);
    expect((await us.api.get('/orders/1001')).body).toMatchObject({
      class: 'merged',
      cases: [],
      fields: { shippingAddress: address('Olinda') },
    });
  });

  it('asks a person where values differ, and at worst where equal ones are under keys of both regions', async () => {
    await place(us);
    await place(eu);
    await move(us, 'move-us', 'Olinda');
    await move(eu, 'move-eu', 'Olinda');
    await heal();
    expect(made).toHaveLength(2);
    const [here, there] = await Promise.all(
      [us, eu].map(async ({ restart }) => (await restart().get('/orders/1001')).body),
    );
    expect(here).toMatchObject({ class: 'review', fields: { shippingAddress: address('Olinda') } });
    expect({ ...there, region: here.region }).toEqual(here);
  });

  it('opens for whomever it was sealed, also after the order has been found to be of another customer', async () => {
    await place(us);
    await decide(us, 'note-1', 'NoteChanged', { note: 'ring twice' });
    const resolution = { cases: [], reason: 'the wrong account', fields: { customerId: 'customer-2' } };
    expect((await decide(us, 'fix-1', 'ConflictResolved', resolution)).status).toBe(201);
    await move(us, 'move-1', 'Olinda');
    expect(made).toHaveLength(2);
    expect(await fieldsIn(us.restart())).toMatchObject({
      customerId: 'customer-2',
      note: 'ring twice',
      shippingAddress: address('Olinda'),
    });
  });
});

describe('what is personal, and the log', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('is in no line, whatever becomes of a request', async () => {
    const written: string[] = [];
    for (const output of [process.stdout, process.stderr])
      vi.spyOn(output, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0);
    const marker = 'Zwetschgenweg-7731';
    const failing: InMemoryEventStore = {
      ...us.store,
      append: (entry) =>
        entry.idempotencyKey === 'fails' ? Promise.reject(new Error('the table is gone')) : us.store.append(entry),
    };
    const api = createTestApi(failing, { observability: createPowertools({ serviceName: 'order-api' }) });
    const marked = address(marker);
    const move = (key: string, shippingAddress: object) =>
      api.post('/orders/1001/decisions', key, { type: 'AddressChanged', data: { shippingAddress } });
    const statuses = [
      await api.post('/orders', 'place-1', { ...order, shippingAddress: marked }),
      await api.post('/orders', 'place-1', { ...order, shippingAddress: { ...marked, line2: marker } }),
      await move('move-1', marked),
      await move('move-2', { ...marked, country: marker }),
      await move('move-3', { ...marked, [marker]: marker }),
      await move('fails', { ...marked, line2: marker }),
      await api.get('/orders/1001'),
    ].map(({ status }) => status);
    expect(statuses).toEqual([201, 422, 201, 400, 400, 500, 200]);
    const log = written.join('');
    expect(log).toContain('the table is gone');
    expect(log).toContain('order/acme/1001');
    expect(log).not.toContain(marker);
  });
});

describe('what is personal, and its keys', () => {
  it('is gone with the key, and the order goes on', async () => {
    await place(us);
    const emptied = createTestApi(us.store, {
      personalData: createTestPersonalData({ keyStore: createInMemoryCustomerKeys() }),
    });
    expect(await fieldsIn(emptied)).toMatchObject({ customerId: 'customer-1', shippingAddress: { sealed: true } });
    const moved = await emptied.post('/orders/1001/decisions', 'move-1', {
      type: 'AddressChanged',
      data: { shippingAddress: address('Olinda') },
    });
    expect(moved).toMatchObject({ status: 201, body: { order: { fields: { shippingAddress: address('Olinda') } } } });
  });

  it('is gone with what wrapped the key, and the order goes on under another', async () => {
    await place(us);
    const personalData = createTestPersonalData({
      keyStore: us.keys,
      keyWrap: { ...testKeyWrap, unwrap: async () => undefined },
      randomBytes: seededBytes('another'),
    });
    const rewrapped = createTestApi(us.store, { personalData });
    expect(await fieldsIn(rewrapped)).toMatchObject({ customerId: 'customer-1', shippingAddress: { sealed: true } });
    const data = { note: 'ring twice' };
    const noted = await rewrapped.post('/orders/1001/decisions', 'note-1', { type: 'NoteChanged', data });
    expect(noted).toMatchObject({
      status: 201,
      body: { order: { fields: { ...data, shippingAddress: { sealed: true } } } },
    });
    const [there, here] = (await storedEvents(us)).flatMap((event) => Object.values(event.data).filter(isSealed));
    expect(here?.key).not.toBe(there?.key);
    expect(await fieldsIn(us.restart())).toMatchObject({ ...data, shippingAddress: address('Recife') });
  });

  it('is unavailable, not gone, while keys cannot be unwrapped: what needs none is taken all the same', async () => {
    await place(us);
    const down = us.restart({
      ...testKeyWrap,
      unwrap: () => Promise.reject(new LedgerFault('unavailable', 'unwrap a key: KMSInternalException')),
    });
    expectProblem(await down.get('/orders/1001'), 503, 'ledger-unavailable');
    const note = { type: 'NoteChanged', data: { note: 'x' } };
    expectProblem(await down.post('/orders/1001/decisions', 'note-1', note), 503, 'ledger-unavailable');
    const tagged = await down.post('/orders/1001/decisions', 'tag-1', { type: 'TagAdded', data: { tag: 'vip' } });
    expect(tagged).toMatchObject({ status: 201, body: { order: { fields: { shippingAddress: { sealed: true } } } } });
    expect((await down.get('/orders/1001/explanation')).status).toBe(200);
    expect(await storedEvents(us)).toHaveLength(2);
  });

  it('reads an order from before anything was sealed as it is', async () => {
    await place(us);
    const [entry] = (await us.store.load(stream)).entries;
    const plain = createRegion('us-east-1');
    const events = (entry?.events ?? []).map((event) => ({
      ...event,
      data: { ...event.data, shippingAddress: address('Recife') },
    }));
    plain.store.replicate(hashEntry({ ...(entry as NonNullable<typeof entry>), events }, sha256));
    expect(await fieldsIn(plain.api)).toMatchObject({ shippingAddress: address('Recife') });
    await decide(plain, 'note-1', 'NoteChanged', { note: 'ring twice' });
    expect(await fieldsIn(plain.api)).toMatchObject({ shippingAddress: address('Recife'), note: 'ring twice' });
  });
});
