import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInMemoryEventStore } from '../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { type Example, retailExamples } from '../../services/order-api/open-api/retail-examples.ts';
import { document, operationsOf, routes } from '../support/described-api.ts';
import { createSchemaCheck } from '../support/open-api-check.ts';
import { createTestApi, type OrderApiClient, type Reply } from '../support/order-api-client.ts';
import { createTestPlanRegion } from '../support/test-write-plan.ts';

const matches = createSchemaCheck(document, { isClosed: false });

const createApi = async () => {
  const eventStore = createInMemoryEventStore({ sha256 });
  const { service: writePlan } = await createTestPlanRegion({ eventStore });
  return createTestApi(eventStore, { writePlan });
};

/** What the API says against a body, as opposed to what it says against the order's state. */
const bodyKinds = ['missing-idempotency-key', 'invalid-json', 'invalid-body', 'unknown-event-type'].concat([
  'unknown-version',
  'invalid-payload',
  'mixed-kinds',
]);

const isAgainstBody = ({ body }: Pick<Reply, 'body'>): boolean =>
  bodyKinds.some((kind) => body.type === `urn:rejoin:problem:${kind}`);

/** Of a batch also what is said against one of its items. */
const isTaken = (reply: Reply): boolean =>
  !isAgainstBody(reply) &&
  !(reply.body.results ?? []).some((result: { problem?: unknown }) => isAgainstBody({ body: result.problem ?? {} }));

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type Path = readonly (string | number)[];

const placesIn = (value: Json, path: Path = []): readonly Path[] =>
  typeof value !== 'object' || value === null
    ? [path]
    : [path, ...Object.entries(value).flatMap(([key, member]) => placesIn(member as Json, [...path, key]))];

const changeAt = (value: Json, [key, ...rest]: Path, change: (found: Json) => Json | undefined): Json | undefined => {
  if (key === undefined) return change(value);
  const entries = Object.entries(value as object).map(([name, member]) => [
    name,
    name === String(key) ? changeAt(member, rest, change) : member,
  ]);
  const kept = entries.filter(([, member]) => member !== undefined);
  return Array.isArray(value) ? kept.map(([, member]) => member) : Object.fromEntries(kept);
};

const words = [
  'OrderPacked',
  'OrderCancelled',
  'ConflictResolved',
  'NoteChanged',
  'carrier',
  'PT',
  'EUR',
  '1001',
  '?',
  '',
];
const scalar = fc.oneof(
  fc.constantFrom(...words),
  fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01', '2026-02-30T00:00:00Z', '1969-12-31T23:59:59-01:00'),
  fc.integer({ min: -2, max: 3 }),
  fc.constantFrom(0.5, 1e12, 1e13, 9e15, 253_402_300_799_999, 253_402_300_800_000),
  fc.boolean(),
  fc.constant(null),
  fc.string({ maxLength: 8 }),
);
const anything: fc.Arbitrary<Json> = fc.oneof(
  scalar,
  fc.constant([]),
  fc.constant({}),
  fc.array(scalar, { maxLength: 2 }),
);
const property = fc.constantFrom(
  ...['orderId', 'type', 'data', 'events', 'v', 'source', 'occurredAt', 'ifMatch', 'extra'],
  ...['outcome', 'status', 'fields', 'reason', 'alsoSettles', 'order', 'carrier', 'note', 'tags'],
);

const change: fc.Arbitrary<(found: Json) => Json | undefined> = fc.oneof(
  fc.constant(() => undefined),
  anything.map((value) => () => value),
  fc.tuple(property, anything).map(([name, value]) => (found: Json) => {
    const isObject = typeof found === 'object' && found !== null && !Array.isArray(found);
    return isObject ? { ...found, [name]: value } : Array.isArray(found) ? [...found, value] : found;
  }),
);

const written = retailExamples.filter(({ body }) => body !== undefined);

/** An example's body with up to two changes anywhere in it: near enough to what is described to meet its edges. */
const requests = fc.constantFrom(...written).chain((example) =>
  fc.array(fc.tuple(fc.nat(), change), { maxLength: 2 }).map((changes) => ({
    example,
    body: changes.reduce<Json>((body, [pick, apply]) => {
      const places = placesIn(body);
      return changeAt(body, places[pick % places.length] ?? [], apply) ?? body;
    }, example.body as Json),
  })),
);

/** Of no order: what is said against the body is said before that. */
const unknownCase = '01KDVDNA00M0GZY8KQDZEF4C72';

const placeOf = ({ operationId, orderId, caseOf }: Example) => {
  const found = operationsOf(document).find(({ operation }) => operation.operationId === operationId);
  if (!found) throw new Error(`no operation ${operationId}`);
  return {
    template: found.path,
    path: found.path.replace('{id}', orderId ?? (caseOf === undefined ? '' : unknownCase)),
  };
};

const hasResolution = (body: Json): boolean => JSON.stringify(body).includes('ConflictResolved');

const namesAnOrderTwice = (body: Json): boolean => {
  const ids = (body as { readonly orders: readonly { readonly orderId: string }[] }).orders.map((it) => it.orderId);
  return new Set(ids).size < ids.length;
};

/**
 * What a resolution may choose for a field, that it stands alone, that a group names each order once, and which regions
 * a plan may name.
 */
const isJudgedBeyondSchema = ({ operationId }: Example, body: Json): boolean =>
  hasResolution(body) || operationId === 'changePlan' || (operationId === 'takeGroup' && namesAnOrderTwice(body));

/** So that it may come back. */
const shipOrder = async (api: OrderApiClient): Promise<void> => {
  for (const name of ['ownNumber', 'paymentCaptured', 'packedAndShipped']) {
    const example = written.find((it) => it.name === name);
    if (example) await api.post(placeOf(example).path, name, example.body);
  }
};

describe('the bodies that are described', () => {
  it('are those that are taken', async () => {
    const met = { taken: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(requests, async ({ example, body }) => {
        const { template, path } = placeOf(example);
        const mistakes = matches(
          ['paths', template, 'post', 'requestBody', 'content', 'application/json', 'schema'],
          body,
        );
        const api = await createApi();
        if (example.operationId === 'takeGroup') await shipOrder(api);
        const reply = await api.post(path, 'key-1', body);
        met[isTaken(reply) ? 'taken' : 'refused']++;
        const isDescribed = mistakes.length === 0;
        // An order that the state forbids is refused before the payloads of the others are looked at.
        if (example.operationId === 'takeGroup' && [404, 409].includes(reply.status)) return;
        if (isDescribed && isJudgedBeyondSchema(example, body)) return;
        expect(isTaken(reply), `${JSON.stringify(body)} was answered ${JSON.stringify(reply.body)}`).toBe(isDescribed);
      }),
      { numRuns: 1_500 },
    );
    expect(Math.min(met.taken, met.refused)).toBeGreaterThan(200);
  });
});

const texts = fc.oneof(
  fc.constantFrom('0', '1', '100', '101', '20000', '20001', '-1', '1.5', '007', 'x', '', 'true', 'false', 'all', 'ALL'),
  fc.constantFrom('us-east-1/0000000001', 'us-east-1/1', 'us-east-1/0000000000', 'paid', 'lost', 'none', 'review'),
  fc.string({ minLength: 1, maxLength: 300 }),
);

describe('the query parameters that are described', () => {
  /** What makes a request with this one parameter whole. */
  const companions: Readonly<Record<string, object>> = {
    class: { status: 'paid' },
    limit: { status: 'paid' },
    cursor: { status: 'paid' },
  };
  const parameters = routes.flatMap(({ method, path, query }) =>
    method === 'GET' ? query.map((name) => [name, path] as const) : [],
  );

  it.each(parameters)('are those that are taken: %s of %s', async (name, path) => {
    const api = await createApi();
    await api.post('/orders', 'place-1001', written[0]?.body);
    const index = operationsOf(document)
      .find((it) => it.path === path && it.method === 'GET')
      ?.operation.parameters.findIndex((it: { readonly name?: string }) => it.name === name);
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const place = ['paths', path, 'get', 'parameters', String(index), 'schema'];
        const isWhole = path !== '/orders' || !(name in companions);
        const reply = await api.get(path.replace('{id}', path.startsWith('/cases/') ? unknownCase : '1001'), {
          query: { ...(isWhole ? {} : companions[name]), [name]: text },
          ...(name === 'wait' && { headers: { 'rejoin-token': 'us-east-1:1' } }),
        });
        const isDescribed = [text, ...(/^\d+$/.test(text) ? [Number(text)] : [])].some(
          (value) => matches(place, value).length === 0,
        );
        expect(reply.status !== 400, JSON.stringify(text)).toBe(isDescribed);
      }),
      { numRuns: 150 },
    );
  });
});
