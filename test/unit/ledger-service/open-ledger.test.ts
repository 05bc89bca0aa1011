import { describe, expect, it } from 'vitest';
import { invariant } from '../../../domain/kernel/invariant.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { isSealed } from '../../../domain/ledger/sealed-value.ts';
import { type EventStore, LedgerFault } from '../../../domain/ports/event-store.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { fold, readEvent, retail } from '../../../services/ledger/main.ts';
import { collect } from '../../support/collect.ts';
import { createTestApi, startMs } from '../../support/order-api-client.ts';
import { createTestPersonalData } from '../../support/personal-data.ts';
import { createTestLedger } from '../../support/test-ledger.ts';
import { createVirtualTime } from '../../support/virtual-time.ts';

const key = { tenant: 'acme', orderId: 'a-1' };
const stream = 'order/acme/a-1';
const address = { line1: '1 High Street', city: 'Dublin', country: 'IE' };
const placed = {
  type: 'OrderPlaced',
  data: { customerId: 'c-1', currency: 'EUR', lines: [], shippingAddress: address },
} as const;
const paid = { type: 'PaymentCaptured', data: { amount: 4990 } } as const;

const setUp = (deps: Parameters<typeof createTestLedger>[1] = {}) => {
  const store = createInMemoryEventStore({ sha256 });
  const ledger = createTestLedger(store, deps);
  return { store, ledger, order: ledger.order(key) };
};

const setUpPlaced = async (deps?: Parameters<typeof createTestLedger>[1]) => {
  const all = setUp(deps);
  await all.order.decide(placed, { idempotencyKey: 'k-placed' });
  return all;
};

const entriesOf = async (store: EventStore, name = stream): Promise<readonly Entry[]> =>
  (await store.load(name)).entries;

describe('an embedded ledger', () => {
  it('appends a decision, says what became of the order, and reads it again', async () => {
    const { order } = setUp();

    const outcome = await order.decide(placed, { idempotencyKey: 'k-1', actor: 'shop', traceId: '1-2-3' });

    expect(outcome).toMatchObject({
      kind: 'appended',
      order: { orderId: 'a-1', status: 'placed', token: 'us-east-1:1', fields: { shippingAddress: address } },
      entry: { position: 'us-east-1/0000000001', source: 'api', actor: 'shop', traceId: '1-2-3' },
      token: 'us-east-1:1',
    });
    expect(await order.read()).toEqual({ kind: 'found', order: 'order' in outcome && outcome.order });
  });

  it('stores what is personal sealed, and opens it for whoever reads', async () => {
    const { store, order } = await setUpPlaced();
    await order.decide({ type: 'NoteChanged', data: { note: 'ring twice' } }, { idempotencyKey: 'k-2' });

    const [, noted] = await entriesOf(store);
    expect(isSealed(noted?.events[0]?.data['note'])).toBe(true);
    expect(await order.read()).toMatchObject({ order: { fields: { note: 'ring twice' } } });
  });

  it('stores, byte for byte, what the order API stores for the same commands', async () => {
    const overHttp = createInMemoryEventStore({ sha256 });
    const api = createTestApi(overHttp);
    await api.post('/orders', 'k-1', { orderId: 'a-1', ...placed.data });
    await api.post('/orders/a-1/facts', 'k-2', { ...paid, source: 'psp', occurredAt: '2026-01-01T00:00:00Z' });
    await api.post('/orders/a-1/decisions', 'k-3', {
      events: [
        { type: 'NoteChanged', data: { note: 'ring twice' } },
        { type: 'TagAdded', data: { tag: 'gift' } },
      ],
    });
    const resolved = { cases: [], status: 'paid', reason: 'asked the customer' } as const;
    await api.post('/orders/a-1/decisions', 'k-4', { type: 'ConflictResolved', data: resolved });

    const { store, order } = setUp();
    const actor = 'tester';
    await order.decide(placed, { idempotencyKey: 'k-1', actor });
    await order.record(paid, { idempotencyKey: 'k-2', actor, source: 'psp', occurredAt: '2026-01-01T00:00:00Z' });
    await order.decide(
      [
        { type: 'NoteChanged', data: { note: 'ring twice' } },
        { type: 'TagAdded', data: { tag: 'gift' } },
      ],
      { idempotencyKey: 'k-3', actor },
    );
    await order.decide({ type: 'ConflictResolved', data: resolved }, { idempotencyKey: 'k-4', actor });

    expect((await entriesOf(store)).map(({ source }) => source)).toEqual(['api', 'psp', 'api', 'reviewer']);
    expect(await entriesOf(store)).toEqual(await entriesOf(overHttp));
  });

  it('answers a key that it knows with its first outcome, whoever took the command', async () => {
    const { store, order } = await setUpPlaced();
    const api = createTestApi(store);
    await api.post('/orders/a-1/decisions', 'k-cancelled', { type: 'OrderCancelled', data: {} });

    expect(await order.decide(placed, { idempotencyKey: 'k-placed' })).toMatchObject({
      kind: 'replayed',
      order: { status: 'placed' },
      token: 'us-east-1:1',
    });
    expect(await order.decide({ type: 'OrderCancelled' }, { idempotencyKey: 'k-cancelled' })).toMatchObject({
      kind: 'replayed',
      order: { status: 'cancelled' },
    });
    expect(await order.decide({ type: 'OrderCancelled' }, { idempotencyKey: 'k-placed' })).toMatchObject({
      kind: 'key-reused',
    });
    expect(await entriesOf(store)).toHaveLength(2);
  });

  it('gives an order without a number the id that the API gives it', async () => {
    const { store, ledger } = setUp();
    const { body } = await createTestApi(store).post('/orders', 'k-1', placed.data);

    expect(ledger.deriveOrderId({ tenant: 'acme', idempotencyKey: 'k-1' })).toBe(body.order.orderId);
  });

  it('returns a refusal with what the caller needs to go on', async () => {
    const { order } = await setUpPlaced();

    expect(await order.decide({ type: 'ReturnRequested' }, { idempotencyKey: 'k-2' })).toMatchObject({
      kind: 'illegal-transition',
      status: 'placed',
      legalMoves: { decisions: expect.arrayContaining(['OrderCancelled']) },
      seen: { 'us-east-1': 1 },
    });
    expect(
      await order.decide({ type: 'OrderCancelled' }, { idempotencyKey: 'k-3', ifMatch: ['us-east-1:7', ''] }),
    ).toMatchObject({ kind: 'not-current', token: 'us-east-1:1' });
    expect(
      await order.decide(
        { type: 'OrderCancelled' },
        { idempotencyKey: 'k-4', ifMatch: ['us-east-1:7', 'us-east-1:1'] },
      ),
    ).toMatchObject({ kind: 'appended' });
  });

  it('knows nothing of an order that is not there', async () => {
    const { order } = setUp();

    expect(await order.read()).toEqual({ kind: 'unknown-order', seen: {} });
    expect(await order.decide({ type: 'OrderCancelled' }, { idempotencyKey: 'k', ifMatch: '*' })).toMatchObject({
      kind: 'unknown-order',
    });
    expect(await collect(order.entries())).toEqual([]);
  });

  it('keeps tenants apart, also under one key', async () => {
    const { ledger } = await setUpPlaced();

    const others = ledger.order({ ...key, tenant: 'globex' });
    expect(await others.read()).toMatchObject({ kind: 'unknown-order' });
    expect(await others.decide(placed, { idempotencyKey: 'k-placed' })).toMatchObject({ kind: 'appended' });
  });

  it('lists what is stored in order of position, damage included', async () => {
    const { store, order } = await setUpPlaced();
    await order.record(paid, { idempotencyKey: 'k-2', source: 'psp' });
    const [first] = await entriesOf(store);
    store.replicate({ ...(first as Entry), actor: 'somebody else' });

    expect(await collect(order.entries())).toMatchObject([
      { kind: 'damaged', position: 'us-east-1/0000000001', reason: 'body does not match its hash' },
      { kind: 'entry', entry: { position: 'us-east-1/0000000002', source: 'psp' } },
    ]);
  });

  it('throws the faults of the world, and finds out with the same key what became of the command', async () => {
    const { store } = setUp();
    const isDown = { value: true };
    const shaky: EventStore = {
      ...store,
      append: async (entry) => {
        await store.append(entry);
        if (isDown.value) throw new LedgerFault('unavailable', 'the answer was lost');
        return { kind: 'appended' };
      },
    };
    const order = createTestLedger(shaky).order(key);

    await expect(order.decide(placed, { idempotencyKey: 'k-1' })).rejects.toThrow(LedgerFault);
    isDown.value = false;
    expect(await order.decide(placed, { idempotencyKey: 'k-1' })).toMatchObject({ kind: 'replayed' });
  });

  it('leaves values closed, rather than fail, where a stored command cannot be read for want of a key', async () => {
    const personalData = createTestPersonalData();
    const opener = () => Promise.reject(new LedgerFault('unavailable', 'the key service does not answer'));
    const { store, order } = setUp({ personalData: { ...personalData, opener } });

    expect(await order.decide(placed, { idempotencyKey: 'k-1' })).toMatchObject({
      kind: 'appended',
      order: { fields: { customerId: 'c-1', shippingAddress: { sealed: true } } },
    });
    expect(await entriesOf(store)).toHaveLength(1);
    await expect(order.read()).rejects.toThrow('the key service does not answer');
  });

  it('takes what was said when it was called, whatever becomes of the object', async () => {
    const { order } = setUp();
    const lines = [{ sku: 'chair', quantity: 1, unitPrice: 4990 }];
    const data = { ...placed.data, lines };

    const placing = order.decide({ type: 'OrderPlaced', data }, { idempotencyKey: 'k-1' });
    lines.push({ sku: 'table', quantity: 1, unitPrice: 1 });

    expect(await placing).toMatchObject({ order: { fields: { lines: [{ sku: 'chair' }] } } });
  });

  it('takes an optional property that is undefined for one that is not there', async () => {
    const { order } = await setUpPlaced();
    const record = (data: { readonly amount: number; readonly reference?: string | undefined }) =>
      order.record({ type: 'PaymentCaptured', data }, { idempotencyKey: 'k-2', source: 'psp' });

    expect(await record({ amount: 100, reference: undefined })).toMatchObject({ kind: 'appended' });
    expect(await record({ amount: 100 })).toMatchObject({ kind: 'replayed' });
  });
});

describe('an embedded ledger of two regions', () => {
  const setUpRegions = async () => {
    const time = createVirtualTime(startMs);
    const us = createInMemoryEventStore({ sha256 });
    const eu = createInMemoryEventStore({ sha256 });
    const holds = async ({ position, hash }: Pick<Entry, 'position' | 'hash'>) =>
      (await eu.load(stream)).entries.some((entry) => entry.position === position && entry.hash === hash);
    const { clock, sleep } = time;
    const ledger = createTestLedger(us, { clock, sleep, peers: [{ region: 'eu-west-1', holds }] });
    const other = createTestLedger(eu, { region: 'eu-west-1', clock, sleep });
    const replicate = async () => {
      for (const entry of await entriesOf(us)) eu.replicate(entry);
    };
    await ledger.order(key).decide(placed, { idempotencyKey: 'k-1' });
    return { time, us: ledger.order(key), eu: other.order(key), replicate };
  };

  it('answers where the token is covered, waits for it, and says what is missing when the time is up', async () => {
    const { time, eu, replicate } = await setUpRegions();

    expect(await eu.read({ after: 'us-east-1:1' })).toMatchObject({ kind: 'not-covered', missing: ['us-east-1'] });
    expect(await eu.read({ after: 'us-east-1:1', waitMs: 500 })).toMatchObject({ kind: 'not-covered' });
    expect(time.passedMs()).toBe(500);
    time.after(300, () => void replicate());
    expect(await eu.read({ after: 'us-east-1:1', waitMs: 500 })).toMatchObject({ kind: 'found' });
  });

  it('decides only where the token is covered', async () => {
    const { time, eu, replicate } = await setUpRegions();
    const cancelled = { type: 'OrderCancelled' } as const;

    expect(await eu.decide(cancelled, { idempotencyKey: 'k-2', after: 'us-east-1:1' })).toMatchObject({
      kind: 'not-covered',
    });
    time.after(300, () => void replicate());
    expect(await eu.decide(cancelled, { idempotencyKey: 'k-2', after: 'us-east-1:1', waitMs: 500 })).toMatchObject({
      kind: 'appended',
      token: 'eu-west-1:1,us-east-1:1',
    });
  });

  it('says which regions hold the entry, whether all do or not', async () => {
    const { time, us, replicate } = await setUpRegions();
    const record = () => us.record(paid, { idempotencyKey: 'k-2', source: 'psp', replicated: 'all', waitMs: 200 });

    expect(await record()).toMatchObject({
      kind: 'appended',
      replication: { held: ['us-east-1'], missing: ['eu-west-1'] },
    });
    time.after(100, () => void replicate());
    expect(await record()).toMatchObject({
      kind: 'replayed',
      replication: { held: ['us-east-1', 'eu-west-1'], missing: [] },
    });
  });

  it('gives out what its stored events are read and folded with', async () => {
    const { store, order } = await setUpPlaced();
    const [entry] = await entriesOf(store);
    invariant(entry?.events[0], 'the order was placed');

    expect(readEvent(retail, entry.events[0])).toMatchObject({ kind: 'event', data: { customerId: 'c-1' } });
    expect(readEvent(retail, { type: 'OrderPlaced', v: 99, data: {} })).toMatchObject({ kind: 'void' });
    expect(await order.read()).toMatchObject({ order: { status: fold([entry], retail).status } });
  });

  it('does not say what other regions hold when it knows of none', async () => {
    const { store, order } = setUp();

    expect(await order.decide(placed, { idempotencyKey: 'k-1', replicated: 'all' })).toMatchObject({
      kind: 'invalid-request',
      issues: [{ path: ['replicated'] }],
    });
    expect(await entriesOf(store)).toEqual([]);
  });
});
