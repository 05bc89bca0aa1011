/**
 * A hundred thousand requests that the OpenAPI document describes, nearly describes, or does not describe at all.
 *
 * No answer may be a 5xx but the 501s that the document names, every answer must be one that the document describes, a
 * refused request must leave the ledger as it was, and nothing that a customer wrote, nor a token, may reach a log line.
 * The handler is the real one with its logger as on Lambda; the ledger is in memory, since none of this is about DynamoDB.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EventStore } from '../../../domain/ports/event-store.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createPowertools } from '../../../infra/powertools/create-powertools.ts';
import { scopes } from '../../../services/order-api/caller.ts';
import { type JsonSchema, spoiled, valuesOf } from '../../support/arbitraries/json-schema.ts';
import { type DescribedOperation, document, operationsOf } from '../../support/described-api.ts';
import { resolveReference } from '../../support/open-api-check.ts';
import { createTestApi, type OrderApiClient, type RequestOptions } from '../../support/order-api-client.ts';
import { issueTestToken, tester } from '../../support/test-tokens.ts';
import { createTestPlanRegion, us } from '../../support/test-write-plan.ts';

const requests = 100_000;
/** An order that thousands write to would test the fold, over and over. */
const requestsPerLedger = 200;

const timeoutMs = 15 * 60_000;

/** In every string that a client may choose freely. */
const marker = 'zq7-written-by-a-customer';

/** Of every token that is sent. What other tokens begin with, an order id may begin with, too. */
const tokenStart = Buffer.from('{"alg"').toString('base64url');

const text = fc.oneof(
  fc.constant(marker),
  fc.string({ maxLength: 20 }).map((rest) => `${marker}${rest}`),
  fc.string({ unit: 'binary', maxLength: 20 }).map((rest) => `${rest}${marker}`),
);

const resolve = (schema: JsonSchema): JsonSchema => resolveReference(document, schema);
const options = { text, resolve };

const often = <Value>(usual: fc.Arbitrary<Value>, other: fc.Arbitrary<Value>, weight = 9): fc.Arbitrary<Value> =>
  fc.oneof({ arbitrary: usual, weight }, { arbitrary: other, weight: 1 });

const orderIds = ['a-1', 'a-2', 'a-3', 'a-4', 'a-5', 'a-6'];
const idempotencyKeys = ['k-1', 'k-2', 'k-3', 'k-4'];
const tokens = ['us-east-1:1', 'us-east-1:2', 'us-east-1:2,eu-west-1:1', ''];
const wildHeader = fc.string({ maxLength: 40 }).map((value) => value.replaceAll(/[^\x20-\x7e]/g, '~'));

const headerOf: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'Idempotency-Key': often(fc.oneof(fc.uuid(), fc.constantFrom(...idempotencyKeys)), wildHeader),
  'If-Match': often(fc.constantFrom('*', ...tokens.map((token) => `"${token}"`)), wildHeader),
  'Rejoin-Token': often(fc.constantFrom(...tokens), wildHeader),
};

interface Parameter {
  readonly in: 'query' | 'header' | 'path';
  readonly name: string;
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

interface FuzzedRequest extends RequestOptions {
  readonly method: string;
  readonly path: string;
}

const pathsOf = (template: string): fc.Arbitrary<string> => {
  const ids = template.startsWith('/cases/') ? fc.constant(caseId) : fc.constantFrom(...orderIds);
  return often(ids, fc.webSegment()).map((id) => template.replace('{id}', id));
};

/** A delivery of what nobody has placed. */
const beginCase = async (api: OrderApiClient): Promise<string> => {
  const early = await api.post('/orders/a-1/facts', 'begin', { type: 'OrderDelivered', source: 'carrier' });
  return early.body.entry.id;
};

/** The same in every ledger: each API draws the same random digits. */
const caseId = await beginCase(createTestApi(createInMemoryEventStore({ sha256 })));

/** Bodies are mostly right, else nearly, else anything. Orders are few, so that they meet. */
const bodiesOf = ({ operation }: DescribedOperation): fc.Arbitrary<string | undefined> => {
  const schema = operation.requestBody?.content?.['application/json']?.schema as JsonSchema | undefined;
  if (!schema) return often<string | undefined>(fc.constant(undefined), fc.json());
  const values = fc.tuple(valuesOf(schema, options), fc.constantFrom(...orderIds)).map(([value, orderId]) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('primary' in value) return { ...value, primary: us };
    if ('outcome' in value) return { ...value, order: 'a-1' };
    return 'orderId' in value ? { ...value, orderId } : value;
  });
  return fc.oneof(
    { arbitrary: values.map((value) => JSON.stringify(value)), weight: 12 },
    { arbitrary: spoiled(values).map((value) => JSON.stringify(value)), weight: 6 },
    { arbitrary: fc.json(), weight: 1 },
    { arbitrary: text, weight: 1 },
    { arbitrary: fc.constant(undefined), weight: 1 },
  );
};

const usualValues: Readonly<Record<string, fc.Arbitrary<string>>> = {
  wait: fc.constantFrom('0', '1'),
  order: fc.constantFrom('a-1', 'a-1', 'a-2'),
};

const queriesOf = (parameters: readonly Parameter[]): fc.Arbitrary<Record<string, string>> => {
  const known = parameters
    .filter((it) => it.in === 'query')
    .map(({ name, schema }) => {
      const wanted = usualValues[name] ?? valuesOf(schema, options).map(String);
      return [name, often<string | undefined>(fc.constant(undefined), often(wanted, text), 2)] as const;
    });
  const stray = often(fc.constant({}), fc.dictionary(fc.string({ maxLength: 8 }), text, { maxKeys: 2 }), 15);
  return fc
    .tuple(fc.record(Object.fromEntries(known)), stray)
    .map(([some, others]) => definedOnly({ ...some, ...others }));
};

const headersOf = (parameters: readonly Parameter[]): fc.Arbitrary<Record<string, string>> => {
  const described = parameters.filter((it) => it.in === 'header');
  const named = Object.fromEntries(
    described.map(({ name, required }) => {
      const value = headerOf[name] ?? wildHeader;
      return [name.toLowerCase(), fc.option(value, { nil: undefined, freq: required ? 20 : 3 })];
    }),
  );
  const mediaType = often(fc.constantFrom('application/json', 'application/json; charset=utf-8'), wildHeader, 19);
  return fc
    .record({ ...named, 'content-type': mediaType, 'x-amzn-trace-id': fc.option(wildHeader, { nil: undefined }) })
    .map(definedOnly);
};

const definedOnly = (values: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== undefined));

const callers: fc.Arbitrary<RequestOptions> = fc.oneof(
  { arbitrary: fc.constant({}), weight: 20 },
  { arbitrary: fc.subarray([...scopes]).map((some) => ({ as: { scopes: some } })), weight: 2 },
  { arbitrary: fc.constant({ as: { tenant: 'other' } }), weight: 2 },
  { arbitrary: fc.constant({ as: 'nobody' as const }), weight: 1 },
);

const describedRequest = (described: DescribedOperation): fc.Arbitrary<FuzzedRequest> => {
  const parameters: readonly Parameter[] = (described.operation.parameters ?? []).map(resolve);
  return fc
    .record({
      path: pathsOf(described.path),
      query: queriesOf(parameters),
      headers: headersOf(parameters),
      rawBody: bodiesOf(described),
      caller: callers,
      badToken: often<string | undefined>(fc.constant(undefined), text, 40),
    })
    .map(({ caller, badToken, rawBody, headers, ...request }) => ({
      method: described.method,
      ...request,
      ...caller,
      headers: { ...headers, ...(badToken !== undefined && { authorization: `Bearer ${badToken}` }) },
      ...(rawBody !== undefined && { rawBody }),
    }));
};

const strayRequest: fc.Arbitrary<FuzzedRequest> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD'),
  path: fc.array(fc.webSegment(), { maxLength: 4 }).map((segments) => `/${segments.join('/')}`),
});

const anyRequest = fc.oneof(
  ...operationsOf(document).map((described) => ({
    arbitrary: describedRequest(described),
    weight: described.method === 'POST' ? 8 : 2,
  })),
  { arbitrary: strayRequest, weight: 1 },
);

describe('fuzzed requests', () => {
  let logged = '';
  const seen = new Map<string, number>();

  beforeAll(() => {
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');
    vi.stubEnv('POWERTOOLS_TRACE_ENABLED', 'false');
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((chunk) => {
        logged += String(chunk);
        return true;
      });
  });
  afterAll(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  const createLedger = async () => {
    let changes = 0;
    const store = createInMemoryEventStore({ sha256 });
    const counting =
      <Argument>(put: (argument: Argument) => ReturnType<EventStore['append']>) =>
      async (argument: Argument) => {
        changes++;
        return put(argument);
      };
    const eventStore = { ...store, append: counting(store.append), appendAll: counting(store.appendAll) };
    const { service: writePlan } = await createTestPlanRegion({ eventStore });
    const api = createTestApi(eventStore, {
      writePlan,
      observability: createPowertools({ serviceName: 'order-api' }),
      // Nothing ever arrives there.
      peers: [{ region: 'eu-west-1', holds: async () => false }],
    });
    expect(await beginCase(api)).toBe(caseId);
    return { api, changes: () => changes };
  };

  const sendAndCheck = async (
    { api, changes }: { readonly api: OrderApiClient; readonly changes: () => number },
    { method, path, ...rest }: FuzzedRequest,
  ): Promise<void> => {
    const before = changes();
    logged = '';
    const reply = await api.send(method, path, rest);
    const kind = reply.body.type ?? String(reply.status);
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    if (reply.status !== 501) expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(500);
    const isRefused = reply.status >= 400;
    if (isRefused) expect(changes(), `${kind} changes nothing`).toBe(before);
    expect(logged, 'what a customer wrote is in no log line').not.toContain(marker);
    expect(logged, 'no token is in a log line').not.toContain(tokenStart);
  };

  it(
    'are answered as the document says, a hundred thousand times',
    async () => {
      expect((await issueTestToken(tester)).startsWith(tokenStart)).toBe(true);
      for (let sent = 0; sent < requests; sent += requestsPerLedger) {
        const ledger = await createLedger();
        await fc.assert(
          fc.asyncProperty(anyRequest, (request) => sendAndCheck(ledger, request)),
          { numRuns: requestsPerLedger, endOnFailure: true },
        );
      }
      const kinds = [...seen.keys()];
      for (const status of ['200', '201', '202']) expect(kinds, 'much of it was right').toContain(status);
      expect(seen.get('201')).toBeGreaterThan(requests / 100);
      for (const kind of [
        'illegal-transition',
        'key-reused',
        'not-current',
        'not-covered',
        'not-allowed',
        'unknown-order',
        'unknown-case',
      ])
        expect(kinds, 'much of it was nearly right').toContain(`urn:rejoin:problem:${kind}`);
    },
    timeoutMs,
  );
});
