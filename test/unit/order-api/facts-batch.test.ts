import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { entryBytesMax } from '../../../domain/kernel/limits.ts';
import { type EventStore, LedgerFault } from '../../../domain/ports/event-store.ts';
import type { MetricName } from '../../../domain/ports/metrics.ts';
import { createInMemoryEventStore, type InMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { quietObservability } from '../../../services/middleware/observability.ts';
import { batchBytesMax, batchFactsMax } from '../../../services/order-api/fact-batch-body.ts';
import { batchMsMax, ordersAtOnceMax } from '../../../services/order-api/record-fact-batch.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import {
  createTestApi,
  type OrderApiClient,
  type Reply,
  type RequestOptions,
  startMs,
} from '../../support/order-api-client.ts';

const ofOne = '/orders/1001/facts:batch';
const ofMany = '/facts:batch';
const json = { 'content-type': 'application/json' };

let store: InMemoryEventStore;
let api: OrderApiClient;

beforeEach(() => {
  store = createInMemoryEventStore({ sha256 });
  api = createTestApi(store);
});

/** Without an Idempotency-Key, which a batch does not need. */
const sendBatch = (path: string, facts: unknown, client = api): Promise<Reply> =>
  client.send('POST', path, { headers: json, rawBody: JSON.stringify({ facts }) });

const pay = (idempotencyKey: string, amount = 1) => ({
  idempotencyKey,
  type: 'PaymentCaptured',
  data: { amount },
  source: 'psp',
});
const pack = (idempotencyKey: string) => ({ idempotencyKey, type: 'OrderPacked', data: {}, source: 'warehouse' });

const entriesOf = async (orderId: string, from = store) => (await from.load(`order/acme/${orderId}`)).entries;
const keysOf = async (orderId: string) => (await entriesOf(orderId)).map((entry) => entry.idempotencyKey);
const statusesOf = (reply: Reply): readonly number[] => reply.body.results.map((it: { status: number }) => it.status);
const problemType = (kind: string) => `urn:rejoin:problem:${kind}`;

const ledgerContents = async (from: InMemoryEventStore): Promise<ReadonlyMap<string, unknown>> => {
  const contents = new Map<string, unknown>();
  for await (const stream of from.streams()) contents.set(stream, (await from.load(stream)).entries);
  return contents;
};

describe('a batch of facts of one order', () => {
  it('appends them in the order given and answers each with its entry and its token', async () => {
    const reply = await sendBatch(ofOne, [pay('pay-1'), pack('pack-1'), pay('pay-2')]);
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({ 'content-type': 'application/json', 'rejoin-region': 'us-east-1' });
    const entries = await entriesOf('1001');
    expect(await keysOf('1001')).toEqual(['pay-1', 'pack-1', 'pay-2']);
    expect(reply.body.results).toEqual(
      entries.map(({ id, position }, index) => ({
        index,
        status: 201,
        orderId: '1001',
        entry: { id, position },
        token: `us-east-1:${index + 1}`,
      })),
    );
  });

  it('takes several events, a version and a time, as a single fact does', async () => {
    const events = [
      { type: 'OrderPacked', v: 1 },
      { type: 'OrderShipped', data: { trackingId: 'T1' } },
    ];
    const fact = { idempotencyKey: 'k-1', source: 'carrier', occurredAt: '2026-01-01T00:00:00Z', events };
    expect(statusesOf(await sendBatch(ofOne, [fact]))).toEqual([201]);
    const [entry] = await entriesOf('1001');
    expect(entry).toMatchObject({ source: 'carrier', occurredAt: Date.UTC(2026, 0, 1), kind: 'fact' });
    expect(entry?.events.map((event) => event.type)).toEqual(['OrderPacked', 'OrderShipped']);
  });

  it('takes a hundred', async () => {
    const facts = Array.from({ length: batchFactsMax }, (_, i) => pay(`pay-${i}`));
    expect(new Set(statusesOf(await sendBatch(ofOne, facts)))).toEqual(new Set([201]));
    expect(await keysOf('1001')).toEqual(facts.map((fact) => fact.idempotencyKey));
  });

  it('answers the second of two equal facts with the first, and refuses another payload under its key', async () => {
    const reply = await sendBatch(ofOne, [pay('pay-1'), pack('pack-1'), pay('pay-1'), pay('pay-1', 2)]);
    const [first, , again, other] = reply.body.results;
    expect(again).toEqual({ ...first, index: 2, replayed: true });
    expect(first).not.toHaveProperty('replayed');
    expect(other).toMatchObject({
      index: 3,
      status: 422,
      problem: { type: problemType('key-reused'), entryId: first.entry.id },
    });
    expect(await entriesOf('1001')).toHaveLength(2);
  });

  it('is the same retried, whole or fact by fact', async () => {
    const facts = [pay('pay-1'), pack('pack-1')];
    const first = await sendBatch(ofOne, facts);
    const again = await sendBatch(ofOne, facts);
    expect(again.body.results).toEqual(first.body.results.map((it: object) => ({ ...it, replayed: true })));
    const { idempotencyKey, ...fact } = pack('pack-1');
    const alone = await api.post('/orders/1001/facts', idempotencyKey, fact);
    expect(alone.headers['idempotency-replayed']).toBe('true');
    expect(alone.body.entry).toEqual(first.body.results[1].entry);
    expect(await entriesOf('1001')).toHaveLength(2);
  });

  it('lets no order id into an item, as the path has it', async () => {
    const reply = await sendBatch(ofOne, [{ ...pay('pay-1'), orderId: '2002' }]);
    expect(reply.body.results[0].problem).toMatchObject({ type: problemType('invalid-body'), status: 400 });
  });
});

describe('a batch of facts of many orders', () => {
  it('appends each to its own and answers in the order of the request', async () => {
    const reply = await sendBatch(ofMany, [
      { orderId: 'a', ...pay('k-1') },
      { orderId: 'b', ...pay('k-1') },
      { orderId: 'a', ...pack('k-2') },
    ]);
    expect(reply.body.results).toMatchObject([
      { index: 0, status: 201, orderId: 'a', token: 'us-east-1:1' },
      { index: 1, status: 201, orderId: 'b', token: 'us-east-1:1' },
      { index: 2, status: 201, orderId: 'a', token: 'us-east-1:2' },
    ]);
    expect([await keysOf('a'), await keysOf('b')]).toEqual([['k-1', 'k-2'], ['k-1']]);
  });

  it('works on a bounded number of orders at a time, and on one fact of each', async () => {
    const underWay = new Map<string, number>();
    let [ordersMost, factsMost] = [0, 0];
    const watched = createTestApi({
      ...store,
      append: async (entry) => {
        underWay.set(entry.stream, (underWay.get(entry.stream) ?? 0) + 1);
        ordersMost = Math.max(ordersMost, [...underWay.values()].filter((count) => count > 0).length);
        factsMost = Math.max(factsMost, ...underWay.values());
        await new Promise((resolve) => setImmediate(resolve));
        const result = await store.append(entry);
        underWay.set(entry.stream, (underWay.get(entry.stream) ?? 0) - 1);
        return result;
      },
    });
    const facts = Array.from({ length: 60 }, (_, i) => ({ orderId: `o${i % 20}`, ...pay(`k-${i}`) }));
    expect(new Set(statusesOf(await sendBatch(ofMany, facts, watched)))).toEqual(new Set([201]));
    expect([ordersMost, factsMost]).toEqual([ordersAtOnceMax, 1]);
  });
});

describe('one bad fact among others', () => {
  const large = 'x'.repeat(entryBytesMax);
  const bad: readonly { name: string; item: object; status: number; kind: string; pointer?: string }[] = [
    { name: 'no key', item: { ...pay('k'), idempotencyKey: undefined }, status: 400, kind: 'missing-idempotency-key' },
    { name: 'an empty key', item: pay(''), status: 400, kind: 'missing-idempotency-key' },
    {
      name: 'a key that is none',
      item: pay('k\n1'),
      status: 400,
      kind: 'invalid-body',
      pointer: '/facts/1/idempotencyKey',
    },
    {
      name: 'a key that is no string',
      item: { ...pay('k'), idempotencyKey: 7 },
      status: 400,
      kind: 'invalid-body',
      pointer: '/facts/1/idempotencyKey',
    },
    {
      name: 'no order id',
      item: { ...pay('k'), orderId: undefined },
      status: 400,
      kind: 'invalid-body',
      pointer: '/facts/1/orderId',
    },
    {
      name: 'a hostile order id',
      item: { ...pay('k'), orderId: '../plan' },
      status: 400,
      kind: 'invalid-body',
      pointer: '/facts/1/orderId',
    },
    {
      name: 'no source',
      item: { ...pay('k'), source: undefined },
      status: 400,
      kind: 'invalid-body',
      pointer: '/facts/1/source',
    },
    { name: 'an unknown property', item: { ...pay('k'), force: true }, status: 400, kind: 'invalid-body' },
    { name: 'an unknown event type', item: { ...pay('k'), type: 'Vanished' }, status: 400, kind: 'unknown-event-type' },
    { name: 'an unknown version', item: { ...pay('k'), v: 2 }, status: 400, kind: 'unknown-version' },
    { name: 'a decision', item: { ...pay('k'), type: 'OrderCancelled', data: {} }, status: 400, kind: 'mixed-kinds' },
    {
      name: 'a wrong payload',
      item: { ...pay('k'), data: { amount: '5' } },
      status: 400,
      kind: 'invalid-payload',
      pointer: '/facts/1/data/amount',
    },
    {
      name: 'a wrong payload among several',
      item: { idempotencyKey: 'k', source: 'w', events: [{ type: 'OrderPacked' }, { type: 'PaymentCaptured' }] },
      status: 400,
      kind: 'invalid-payload',
      pointer: '/facts/1/events/1/data/amount',
    },
    {
      name: 'no events',
      item: { idempotencyKey: 'k', source: 'w', events: [] },
      status: 400,
      kind: 'invalid-body',
      pointer: '/facts/1/events',
    },
    {
      name: 'half a surrogate pair',
      item: { ...pay('k'), data: { reference: '\ud800' } },
      status: 400,
      kind: 'invalid-json',
    },
    {
      name: 'a __proto__ property',
      item: { ...pay('k'), data: JSON.parse('{"__proto__":1}') },
      status: 400,
      kind: 'invalid-json',
    },
    {
      name: 'a deep nest',
      item: { ...pay('k'), data: JSON.parse('{"a":'.repeat(40) + '1'.concat('}'.repeat(40))) },
      status: 400,
      kind: 'invalid-json',
    },
    { name: 'a large one', item: { ...pay('k'), data: { large } }, status: 413, kind: 'body-too-large' },
  ];

  it.each(bad)('answers $name with $status $kind, and takes the others', async ({ item, status, kind, pointer }) => {
    const facts = [
      { orderId: 'a', ...pay('k-1') },
      { orderId: 'a', ...item },
      { orderId: 'a', ...pack('k-2') },
    ];
    const reply = await sendBatch(ofMany, facts);
    expect(reply.status).toBe(200);
    expect(statusesOf(reply)).toEqual([201, status, 201]);
    expect(reply.body.results[1]).toMatchObject({ index: 1, problem: { type: problemType(kind), status } });
    if (pointer !== undefined) expect(reply.body.results[1].problem.errors[0].pointer).toBe(pointer);
    expect(await keysOf('a')).toEqual(['k-1', 'k-2']);
  });

  it('finds a number beyond all bounds in its own item only', async () => {
    const rawBody = JSON.stringify({ facts: [pay('k-1'), pay('k-2', 77)] }).replace('77', '1e999');
    const reply = await api.send('POST', ofOne, { headers: json, rawBody });
    expect(statusesOf(reply)).toEqual([201, 400]);
    expect(reply.body.results[1].problem.type).toBe(problemType('invalid-json'));
  });

  it('reads no deeper than a stack can bear', async () => {
    const depth = 200_000;
    const rawBody = `{"facts":[${JSON.stringify(pay('k-1'))},{"data":${'['.repeat(depth)}${']'.repeat(depth)}}]}`;
    const reply = await api.send('POST', ofOne, { headers: json, rawBody });
    expect(statusesOf(reply)).toEqual([201, 400]);
    expect(reply.body.results[1].problem.type).toBe(problemType('invalid-json'));
  });

  /** Key and order id stand elsewhere in a single request, so those have problems of their own. */
  const badAlone = bad.filter(
    ({ item }) => !('orderId' in item) && 'idempotencyKey' in item && item.idempotencyKey === 'k',
  );

  it.each(badAlone)('answers $name as the single route does, pointers aside', async ({ item }) => {
    const { idempotencyKey: _, ...fact } = item as Record<string, unknown>;
    const alone = await api.post('/orders/a/facts', 'k', fact);
    const reply = await sendBatch(ofMany, [{ orderId: 'a', ...item }]);
    const [{ problem }] = reply.body.results;
    expect(alone.status).toBeGreaterThanOrEqual(400);
    expect(JSON.parse(JSON.stringify(problem).replaceAll('"pointer":"/facts/0', '"pointer":"'))).toEqual(alone.body);
  });
});

describe('a fault of one fact', () => {
  /** Fails for order `b`. */
  const failingWith = (error: Error, counted: MetricName[] = []) =>
    createTestApi(
      { ...store, append: (entry) => (entry.stream.endsWith('/b') ? Promise.reject(error) : store.append(entry)) },
      { observability: { ...quietObservability(), metrics: { count: (name) => counted.push(name) } } },
    );
  const facts = ['a', 'b', 'c'].map((orderId) => ({ orderId, ...pay('k') }));

  it('asks to come back with that one, and counts it', async () => {
    const counted: MetricName[] = [];
    const reply = await sendBatch(ofMany, facts, failingWith(new LedgerFault('throttled', 'later'), counted));
    expect(reply.status).toBe(200);
    expect(statusesOf(reply)).toEqual([201, 503, 201]);
    expect(reply.body.results[1]).toMatchObject({
      index: 1,
      problem: { type: problemType('ledger-unavailable'), retryAfterSeconds: 1 },
    });
    expect(counted).toContain('RequestFailed');
    expect(statusesOf(await sendBatch(ofMany, facts))).toEqual([201, 201, 201]);
    expect(await entriesOf('a')).toHaveLength(1);
  });

  /** Does `instead` for the fact `k-1`. */
  const without = (instead: EventStore['append']) =>
    createTestApi({
      ...store,
      append: (entry) => (entry.idempotencyKey === 'k-1' ? instead(entry) : store.append(entry)),
    });

  it.each<[string, number, EventStore['append']]>([
    ['fails', 503, () => Promise.reject(new LedgerFault('unavailable', 'no answer'))],
    ['meets a bug', 500, () => Promise.reject(new TypeError('a bug'))],
    ['finds the order busy', 409, async () => ({ kind: 'position-taken' })],
  ])(
    'leaves those of its order and source behind it untried where it %s, so that they keep their order',
    async (_, status, instead) => {
      const facts = [pay('k-1'), pay('k-2'), pack('k-3'), pay('k-4')];
      const reply = await sendBatch(ofOne, facts, without(instead));
      expect(statusesOf(reply)).toEqual([status, 503, 201, 503]);
      for (const index of [1, 3])
        expect(reply.body.results[index]).toMatchObject({
          index,
          problem: { type: problemType('not-tried'), status: 503, behind: 0, retryAfterSeconds: 1 },
        });
      expect(await keysOf('1001')).toEqual(['k-3']);
      expect(statusesOf(await sendBatch(ofOne, facts))).toEqual([201, 201, 201, 201]);
      expect(await keysOf('1001')).toEqual(['k-3', 'k-1', 'k-2', 'k-4']);
    },
  );

  it('is answered in time, and says what was not tried, where the ledger is slow', async () => {
    let nowMs = startMs;
    const slow = createTestApi(
      {
        ...store,
        append: (entry) => {
          nowMs += batchMsMax / 2;
          return store.append(entry);
        },
      },
      { clock: { nowMs: () => nowMs } },
    );
    const reply = await sendBatch(ofOne, [pay('k-1'), pack('k-2'), pay('k-3')], slow);
    expect(statusesOf(reply)).toEqual([201, 201, 503]);
    const { problem } = reply.body.results[2];
    expect(problem).toMatchObject({ type: problemType('not-tried'), retryAfterSeconds: 1 });
    expect(problem).not.toHaveProperty('behind');
    expect(await keysOf('1001')).toEqual(['k-1', 'k-2']);
  });

  it('keeps no other order waiting', async () => {
    const facts = [
      { orderId: 'b', ...pay('k') },
      { orderId: 'b', ...pay('k-2') },
      { orderId: 'a', ...pay('k') },
    ];
    const reply = await sendBatch(ofMany, facts, failingWith(new LedgerFault('throttled', 'later')));
    expect(statusesOf(reply)).toEqual([503, 503, 201]);
  });

  it('keeps nobody waiting where coming back would not help', async () => {
    const tooLarge = () => Promise.reject(new LedgerFault('entry-too-large', '300 KB'));
    expect(statusesOf(await sendBatch(ofOne, [pay('k-1'), pay('k-2')], without(tooLarge)))).toEqual([413, 201]);
    expect(statusesOf(await sendBatch(ofOne, [pay('k-2', 7), pay('k-3')]))).toEqual([422, 201]);
  });

  it('says that an entry is too large to store', async () => {
    const reply = await sendBatch(ofMany, facts, failingWith(new LedgerFault('entry-too-large', '300 KB')));
    expect(reply.body.results[1]).toMatchObject({ status: 413, problem: { type: problemType('entry-too-large') } });
  });

  it('tells nothing of a bug, but what became of the others', async () => {
    const reply = await sendBatch(ofMany, facts, failingWith(new TypeError('secret detail')));
    expect(statusesOf(reply)).toEqual([201, 500, 201]);
    expect(JSON.stringify(reply)).not.toContain('secret detail');
  });

  it('keeps the advice to come back where an order is busy', async () => {
    const contended = createTestApi({ ...store, append: async () => ({ kind: 'position-taken' }) });
    const reply = await sendBatch(ofOne, [pay('k')], contended);
    expect(reply.body.results[0]).toMatchObject({ status: 409, problem: { retryAfterSeconds: 1 } });
  });
});

interface NoBatch extends RequestOptions {
  readonly name: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly status: number;
  readonly kind: string;
  readonly pointer?: string;
}

describe('what is no batch', () => {
  const noBatches: readonly NoBatch[] = [
    { name: 'no body', status: 400, kind: 'invalid-json' },
    { name: 'broken JSON', rawBody: '{"facts":[', status: 400, kind: 'invalid-json' },
    { name: 'brackets only', rawBody: '['.repeat(100_000) + ']'.repeat(100_000), status: 400, kind: 'invalid-body' },
    { name: 'null', rawBody: 'null', status: 400, kind: 'invalid-body', pointer: '' },
    { name: 'a bare list', body: [pay('k')], status: 400, kind: 'invalid-body', pointer: '' },
    { name: 'a single fact', body: pay('k'), status: 400, kind: 'invalid-body', pointer: '/facts' },
    { name: 'facts that are no list', body: { facts: pay('k') }, status: 400, kind: 'invalid-body', pointer: '/facts' },
    { name: 'no facts', body: { facts: [] }, status: 400, kind: 'invalid-body', pointer: '/facts' },
    {
      name: 'too many facts',
      body: { facts: Array.from({ length: batchFactsMax + 1 }, (_, i) => pay(`k-${i}`)) },
      status: 400,
      kind: 'invalid-body',
      pointer: '/facts',
    },
    {
      name: 'an item that is no object',
      body: { facts: [pay('k'), 'pay'] },
      status: 400,
      kind: 'invalid-body',
      pointer: '/facts/1',
    },
    { name: 'a null item', body: { facts: [null] }, status: 400, kind: 'invalid-body', pointer: '/facts/0' },
    { name: 'a list for an item', body: { facts: [[]] }, status: 400, kind: 'invalid-body', pointer: '/facts/0' },
    { name: 'more beside the facts', body: { facts: [pay('k')], atomic: true }, status: 400, kind: 'invalid-body' },
    {
      name: 'a __proto__ beside the facts',
      rawBody: `{"facts":[${JSON.stringify(pay('k'))}],"__proto__":{}}`,
      status: 400,
      kind: 'invalid-body',
    },
    { name: 'too many bytes', rawBody: ' '.repeat(batchBytesMax + 1), status: 413, kind: 'body-too-large' },
    {
      name: 'another media type',
      body: { facts: [pay('k')] },
      headers: { 'content-type': 'text/csv' },
      status: 415,
      kind: 'unsupported-media-type',
    },
    {
      name: 'a precondition',
      body: { facts: [pay('k')] },
      headers: { ...json, 'if-match': '"us-east-1:1"' },
      status: 400,
      kind: 'invalid-header',
    },
    {
      name: 'a hostile order id in the path',
      path: '/orders/a:b/facts:batch',
      body: { facts: [pay('k')] },
      status: 400,
      kind: 'invalid-order-id',
    },
  ];

  it.each(noBatches)(
    'is refused whole: $name',
    async ({ name: _, path = ofOne, body, status, kind, pointer, ...rest }) => {
      const rawBody = rest.rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
      const reply = await api.send('POST', path, { headers: json, ...rest, ...(rawBody !== undefined && { rawBody }) });
      expect(reply.body).toMatchObject({ type: problemType(kind), status });
      expect(reply.status).toBe(status);
      expect(reply.headers['content-type']).toBe('application/problem+json');
      if (pointer !== undefined) expect(reply.body.errors[0].pointer).toBe(pointer);
      expect((await ledgerContents(store)).size).toBe(0);
    },
  );

  it('has no other method', async () => {
    expect((await api.get(ofMany)).headers['allow']).toBe('POST');
    expect((await api.get(ofOne)).headers['allow']).toBe('POST');
  });

  it('may be larger than a single body, up to its own bound', async () => {
    const facts = Array.from({ length: 3 }, (_, i) => ({
      ...pay(`k-${i}`),
      occurredAt: '1'.repeat(entryBytesMax / 2),
    }));
    expect(statusesOf(await sendBatch(ofOne, facts))).toEqual([400, 400, 400]);
    const padded = JSON.stringify({ facts: [pay('k')] }).padEnd(batchBytesMax, ' ');
    expect(statusesOf(await api.send('POST', ofOne, { headers: json, rawBody: padded }))).toEqual([201]);
  });
});

describe('a batch and the same facts one by one', () => {
  it('leave the same ledger, ids aside, and hear the same', async () => {
    const statusesSeen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(fc.array(someFact, { minLength: 1, maxLength: 30 }), async (facts) => {
        const [batched, single] = [createInMemoryEventStore({ sha256 }), createInMemoryEventStore({ sha256 })];
        const apis = { batched: createTestApi(batched), single: createTestApi(single) };
        for (const client of [apis.batched, apis.single])
          await client.post('/orders', 'place-a', { orderId: 'a', ...placed().data });
        const batch = await sendBatch(ofMany, facts, apis.batched);
        const alone: number[] = [];
        for (const { orderId, idempotencyKey, ...fact } of facts)
          alone.push((await apis.single.post(`/orders/${orderId}/facts`, idempotencyKey, fact)).status);
        for (const status of alone) statusesSeen.add(status);
        expect(statusesOf(batch)).toEqual(alone);
        expect(withoutIds(await ledgerContents(batched))).toEqual(withoutIds(await ledgerContents(single)));
      }),
      { numRuns: 300 },
    );
    expect([...statusesSeen].sort()).toEqual([201, 400, 422]);
  }, 30_000);
});

/** Few orders and keys, so that facts meet, repeat and contradict one another. */
const someFact = fc.record({
  orderId: fc.constantFrom('a', 'b', 'c', 'd'),
  idempotencyKey: fc.constantFrom(...Array.from({ length: 12 }, (_, i) => `k-${i}`)),
  source: fc.constantFrom('psp', 'warehouse', 'carrier'),
  occurredAt: fc.nat(),
  type: fc.constantFrom('PaymentCaptured', 'PaymentCaptured', 'RefundIssued'),
  data: fc.oneof({ arbitrary: fc.record({ amount: fc.nat(2) }), weight: 9 }, fc.constant({})),
});

/** Ids are random, and hashes follow from them. */
const withoutIds = (contents: ReadonlyMap<string, unknown>): unknown =>
  JSON.parse(
    JSON.stringify([...contents].sort(([left], [right]) => (left < right ? -1 : 1))),
    (key: string, value: unknown) => (key === 'id' || key === 'hash' || key === 'parents' ? undefined : value),
  );
