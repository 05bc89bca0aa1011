import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { createTestApi, type RequestOptions } from '../../support/order-api-client.ts';

const order = placed().data;
const json = { 'content-type': 'application/json' };
const keyed = { ...json, 'idempotency-key': 'key-1' };
const cancellation = { type: 'OrderCancelled', data: {} };
const decisions = '/orders/1001/decisions';
const facts = '/orders/1001/facts';

const createPlacedOrder = async () => {
  const store = createInMemoryEventStore({ sha256 });
  const api = createTestApi(store);
  await api.post('/orders', 'place-1001', { orderId: '1001', ...order });
  const contents = async () => {
    const streams: unknown[] = [];
    for await (const stream of store.streams()) streams.push(stream, await store.load(stream));
    return streams;
  };
  return { api, contents };
};

interface BadRequest extends RequestOptions {
  readonly name: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly status: number;
  readonly kind: string;
  readonly pointer?: string;
}

const badRequests: readonly BadRequest[] = [
  { name: 'broken JSON', path: decisions, rawBody: '{"type": "Order', status: 400, kind: 'invalid-json' },
  { name: 'no body', path: decisions, status: 400, kind: 'invalid-json' },
  { name: 'an array for a body', path: decisions, rawBody: '[]', status: 400, kind: 'invalid-body' },
  { name: 'null for a body', path: '/orders', rawBody: 'null', status: 400, kind: 'invalid-body' },
  {
    name: 'bytes that are no UTF-8',
    path: decisions,
    rawBody: Buffer.from('{"type":"NoteChanged","data":{"note":"\xff"}}', 'latin1').toString('base64'),
    isBase64Encoded: true,
    status: 400,
    kind: 'invalid-json',
  },
  {
    name: 'a number beyond all bounds',
    path: facts,
    rawBody: '{"type":"PaymentCaptured","source":"psp","data":{"amount":1e999}}',
    status: 400,
    kind: 'invalid-json',
  },
  {
    name: 'half a surrogate pair',
    path: decisions,
    rawBody: '{"type":"NoteChanged","data":{"note":"\\ud800"}}',
    status: 400,
    kind: 'invalid-json',
  },
  {
    name: 'half a surrogate pair in a name',
    path: decisions,
    rawBody: '{"type":"NoteChanged","data":{"\\ud800":1}}',
    status: 400,
    kind: 'invalid-json',
  },
  {
    name: 'a hundred thousand brackets',
    path: decisions,
    rawBody: '['.repeat(100_000) + ']'.repeat(100_000),
    status: 400,
    kind: 'invalid-json',
  },
  {
    name: 'a __proto__ property',
    path: decisions,
    rawBody: '{"type":"OrderCancelled","data":{"__proto__":{"reason":"x"}}}',
    status: 400,
    kind: 'invalid-json',
  },
  {
    name: 'a constructor property',
    path: decisions,
    body: { type: 'OrderCancelled', data: { constructor: { prototype: 1 } } },
    status: 400,
    kind: 'invalid-payload',
    pointer: '/data',
  },
  {
    name: 'a body of 1 MB',
    path: '/orders',
    body: { ...order, customerId: 'x'.repeat(1024 * 1024) },
    status: 413,
    kind: 'body-too-large',
  },
  {
    name: 'a body of 1 MB in base64',
    path: '/orders',
    rawBody: Buffer.alloc(1024 * 1024, ' ').toString('base64'),
    isBase64Encoded: true,
    status: 413,
    kind: 'body-too-large',
  },
  {
    name: 'another media type',
    path: decisions,
    body: cancellation,
    headers: { ...keyed, 'content-type': 'text/plain' },
    status: 415,
    kind: 'unsupported-media-type',
  },
  {
    name: 'no media type',
    path: decisions,
    body: cancellation,
    headers: { 'idempotency-key': 'key-1' },
    status: 415,
    kind: 'unsupported-media-type',
  },
  { name: 'no key', path: decisions, body: cancellation, headers: json, status: 400, kind: 'missing-idempotency-key' },
  {
    name: 'an empty key',
    path: '/orders',
    body: order,
    headers: { ...json, 'idempotency-key': '' },
    status: 400,
    kind: 'missing-idempotency-key',
  },
  {
    name: 'a key that is too long',
    path: facts,
    body: cancellation,
    headers: { ...json, 'idempotency-key': 'k'.repeat(256) },
    status: 400,
    kind: 'invalid-header',
  },
  {
    name: 'a key with a line break',
    path: facts,
    body: cancellation,
    headers: { ...json, 'idempotency-key': 'k\n1' },
    status: 400,
    kind: 'invalid-header',
  },
  {
    name: 'an If-Match without quotes',
    path: decisions,
    body: cancellation,
    headers: { ...keyed, 'if-match': 'us-east-1:1' },
    status: 400,
    kind: 'invalid-header',
  },
  {
    name: 'an If-Match that is no token',
    path: decisions,
    body: cancellation,
    headers: { ...keyed, 'if-match': '"us-east-1:01"' },
    status: 400,
    kind: 'invalid-header',
  },
  {
    name: 'an unknown event type',
    path: decisions,
    body: { type: 'OrderVanished', data: {} },
    status: 400,
    kind: 'unknown-event-type',
  },
  {
    name: 'an event type from the prototype',
    path: decisions,
    body: { type: '__proto__', data: {} },
    status: 400,
    kind: 'unknown-event-type',
  },
  {
    name: 'a fact among decisions',
    path: decisions,
    body: { type: 'OrderPacked', data: {} },
    status: 400,
    kind: 'mixed-kinds',
  },
  {
    name: 'a decision among facts',
    path: facts,
    body: { ...cancellation, source: 'api' },
    status: 400,
    kind: 'mixed-kinds',
  },
  {
    name: 'a fact without a source',
    path: facts,
    body: { type: 'OrderPacked' },
    status: 400,
    kind: 'invalid-body',
    pointer: '/source',
  },
  {
    name: 'a source that is none',
    path: facts,
    body: { type: 'OrderPacked', source: '../psp' },
    status: 400,
    kind: 'invalid-body',
    pointer: '/source',
  },
  {
    name: 'a wrong payload',
    path: facts,
    body: { type: 'PaymentCaptured', source: 'psp', data: { amount: '5' } },
    status: 400,
    kind: 'invalid-payload',
    pointer: '/data/amount',
  },
  {
    name: 'a wrong payload among several',
    path: facts,
    body: { source: 'psp', events: [{ type: 'OrderPacked' }, { type: 'PaymentCaptured', data: { amount: -1 } }] },
    status: 400,
    kind: 'invalid-payload',
    pointer: '/events/1/data/amount',
  },
  {
    name: 'a wrong order',
    path: '/orders',
    body: { ...order, lines: [{ sku: 'a/b~c', quantity: 0, unitPrice: 1 }] },
    status: 400,
    kind: 'invalid-payload',
    pointer: '/lines/0/quantity',
  },
  { name: 'no events', path: decisions, body: { events: [] }, status: 400, kind: 'invalid-body', pointer: '/events' },
  {
    name: 'too many events',
    path: decisions,
    body: { events: Array.from({ length: 101 }, () => cancellation) },
    status: 400,
    kind: 'invalid-body',
    pointer: '/events',
  },
  {
    name: 'an unknown property',
    path: decisions,
    body: { ...cancellation, force: true },
    status: 400,
    kind: 'invalid-body',
  },
  {
    name: 'a version that is not written',
    path: decisions,
    body: { ...cancellation, v: 2 },
    status: 400,
    kind: 'unknown-version',
  },
  {
    name: 'a time that is none',
    path: facts,
    body: { type: 'OrderPacked', source: 'warehouse', occurredAt: 'yesterday' },
    status: 400,
    kind: 'invalid-body',
    pointer: '/occurredAt',
  },
  {
    name: 'a time before 1970',
    path: facts,
    body: { type: 'OrderPacked', source: 'warehouse', occurredAt: -1 },
    status: 400,
    kind: 'invalid-body',
    pointer: '/occurredAt',
  },
  {
    name: 'a hostile order id in the body',
    path: '/orders',
    body: { ...order, orderId: '../../plan' },
    status: 400,
    kind: 'invalid-body',
    pointer: '/orderId',
  },
  {
    name: 'an order id that is no string',
    path: '/orders',
    body: { ...order, orderId: { $ne: null } },
    status: 400,
    kind: 'invalid-body',
    pointer: '/orderId',
  },
  {
    name: 'a hostile order id in the path',
    path: '/orders/__proto__/decisions',
    body: cancellation,
    status: 400,
    kind: 'invalid-order-id',
  },
  {
    name: 'an escaped slash in the path',
    path: '/orders/..%2Fplan/facts',
    body: { type: 'OrderPacked', source: 'w' },
    status: 400,
    kind: 'invalid-order-id',
  },
  {
    name: 'an order id that is too long',
    path: `/orders/${'9'.repeat(65)}/decisions`,
    body: cancellation,
    status: 400,
    kind: 'invalid-order-id',
  },
  { name: 'a hostile id to read', method: 'GET', path: "/orders/1001'--", status: 400, kind: 'invalid-order-id' },
  {
    name: 'a page that is too large',
    method: 'GET',
    path: '/orders/1001/entries',
    query: { limit: '101' },
    status: 400,
    kind: 'invalid-query',
  },
  {
    name: 'a page of nothing',
    method: 'GET',
    path: '/orders/1001/entries',
    query: { limit: '0' },
    status: 400,
    kind: 'invalid-query',
  },
  {
    name: 'a page after no position',
    method: 'GET',
    path: '/orders/1001/entries',
    query: { after: 'plan' },
    status: 400,
    kind: 'invalid-query',
  },
];

const problemType = (kind: string) => `urn:rejoin:problem:${kind}`;

describe('bad input', () => {
  it.each(badRequests)('answers $name with $status $kind and leaves the ledger as it was', async (request) => {
    const { name: _, method = 'POST', path, body, status, kind, pointer, ...options } = request;
    const { api, contents } = await createPlacedOrder();
    const before = await contents();
    const rawBody = options.rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
    const reply = await api.send(method, path, {
      headers: keyed,
      ...options,
      ...(rawBody !== undefined && { rawBody }),
    });
    expect(reply.body).toMatchObject({ type: problemType(kind), status });
    expect(reply.status).toBe(status);
    expect(reply.headers).toMatchObject({ 'content-type': 'application/problem+json', 'rejoin-region': 'us-east-1' });
    if (pointer !== undefined) expect(reply.body.errors[0].pointer).toBe(pointer);
    expect(await contents()).toEqual(before);
    expect({}).not.toHaveProperty('reason');
  });

  it('keeps a problem small, however long the names in the body', async () => {
    const { api } = await createPlacedOrder();
    const data = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${i}${'x'.repeat(2_000)}`, 1]));
    const reply = await api.post('/orders', 'key-1', { ...order, lines: Array(400).fill(data) });
    expect(reply.status).toBe(413);
    const smaller = await api.post('/orders', 'key-1', { ...order, lines: [data, ...Array(400).fill(1)] });
    expect(smaller.status).toBe(400);
    expect(JSON.stringify(smaller.body).length).toBeLessThan(20_000);
  });

  it('never answers a random request with a 5xx', async () => {
    const { api } = await createPlacedOrder();
    const kindsSeen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(randomRequest, async ({ method, path, ...options }) => {
        const reply = await api.send(method, path, options);
        kindsSeen.add(reply.body.type ?? String(reply.status));
        expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(500);
        if (reply.status >= 400) expect(reply.headers['content-type']).toBe('application/problem+json');
      }),
      { numRuns: 2_000 },
    );
    for (const kind of [
      '201',
      '200',
      ...['illegal-transition', 'invalid-payload', 'key-reused', 'mixed-kinds'].map(problemType),
    ])
      expect(kindsSeen, 'the requests were random enough').toContain(kind);
  });
});

/** Mostly what a client could mean, else anything: a purely random request never gets past the first check. */
const mostly = <T>(sensible: fc.Arbitrary<T>, wild: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: sensible, weight: 9 }, { arbitrary: wild, weight: 1 });

const definedOnly = (record: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).filter((pair): pair is [string, string] => pair[1] !== undefined));

const orNone = (values: fc.Arbitrary<string>) => fc.option(values, { nil: undefined });

const segment = fc.oneof(
  fc.constantFrom('1001', 'orders', 'decisions', 'facts', 'entries', '__proto__', 'constructor', '', '..', '%00'),
  fc.string({ maxLength: 80 }),
);
const anyPath = fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join('/')}`);
const writeTarget = fc
  .constantFrom('/orders', decisions, facts, '/orders/2002/facts')
  .map((path) => ['POST', path] as const);
const readTarget = fc
  .constantFrom('/orders/1001', '/orders/1001/entries', '/orders/1001/explanation', '/orders', '/health')
  .map((path) => ['GET', path] as const);
const anyTarget = fc.tuple(fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'BREW'), anyPath);
const target = fc.oneof(
  { arbitrary: writeTarget, weight: 8 },
  { arbitrary: readTarget, weight: 2 },
  { arbitrary: anyTarget, weight: 1 },
);

const headers = fc
  .record({
    'content-type': mostly(fc.constantFrom('application/json', 'application/json; charset=utf-8'), fc.string()),
    'idempotency-key': mostly(fc.oneof(fc.constantFrom('key-1', 'place-1001'), fc.uuid()), fc.string()),
    'if-match': mostly(
      fc.constant(undefined),
      orNone(fc.oneof(fc.constantFrom('*', '"us-east-1:1"', '""'), fc.string())),
    ),
    'x-amzn-trace-id': orNone(fc.string()),
  })
  .map(definedOnly);

const payloads: Readonly<Record<string, object>> = {
  OrderCancelled: {},
  ReturnRequested: {},
  NoteChanged: { note: 'ring twice' },
  PaymentCaptured: { amount: 1 },
  OrderShipped: {},
  ConflictResolved: { cases: [], reason: 'decided', status: 'paid' },
  OrderVanished: {},
};
const someType = fc.constantFrom(...Object.keys(payloads));
const wildData = fc.dictionary(
  fc.constantFrom('note', 'amount', 'cases', '__proto__', 'toString'),
  fc.jsonValue({ maxDepth: 2 }),
);
const event = mostly<object>(
  someType.map((type) => ({ type, data: payloads[type] })),
  fc.record({ type: someType, data: wildData, v: fc.constantFrom(1, 2) }, { requiredKeys: ['type'] }),
);
const frame = fc.record(
  {
    source: mostly<unknown>(fc.constantFrom('api', 'psp', 'reviewer'), fc.jsonValue()),
    occurredAt: fc.oneof(fc.nat(), fc.jsonValue()),
  },
  { requiredKeys: ['source'] },
);
const commandBody = fc.oneof(
  fc.tuple(event, frame).map(([event, frame]) => ({ ...frame, ...event })),
  fc.tuple(fc.array(event, { maxLength: 3 }), frame).map(([events, frame]) => ({ ...frame, events })),
  fc
    .option(fc.string(), { nil: undefined })
    .map((orderId) => ({ ...order, ...(orderId !== undefined && { orderId }) })),
);
const rawBody = mostly(
  commandBody.map((body) => JSON.stringify(body)),
  fc.oneof(fc.json(), fc.string({ unit: 'binary' })),
);

const query = fc
  .record({
    limit: orNone(fc.string({ maxLength: 4 })),
    after: orNone(fc.string()),
    status: orNone(mostly(fc.constantFrom('placed', 'shipped'), fc.string())),
    customer: orNone(fc.string({ unit: 'binary' })),
    class: orNone(mostly(fc.constant('review'), fc.string())),
    cursor: orNone(fc.string()),
  })
  .map(definedOnly);

/** A request with a parameter that its path does not know gets no further. */
const parametersOf = (path: string): readonly string[] => {
  if (path === '/orders') return ['status', 'customer', 'class', 'limit', 'cursor'];
  return path.endsWith('/entries') ? ['after', 'limit'] : [];
};

const randomRequest = fc
  .record({
    target,
    headers,
    query,
    hasUnknownParameters: mostly(fc.constant(false), fc.boolean()),
    rawBody,
    isBase64Encoded: mostly(fc.constant(false), fc.boolean()),
  })
  .map(({ target: [method, path], query, hasUnknownParameters, ...request }) => {
    const isKnown = (name: string) => hasUnknownParameters || (method === 'GET' && parametersOf(path).includes(name));
    const asked = Object.fromEntries(Object.entries(query).filter(([name]) => isKnown(name)));
    return { method, path, ...request, query: asked };
  });
