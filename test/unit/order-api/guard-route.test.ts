/**
 * Who may do what, in full: every operation, under every set of scopes, by the order's own tenant, by another, and by
 * nobody. The routes are the API's own table, so a route that is missing here fails.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { createInMemoryEventStore, type InMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { type Scope, scopes } from '../../../services/order-api/caller.ts';
import type { OrderApiDeps } from '../../../services/order-api/order-api-deps.ts';
import { routesOf } from '../../../services/order-api/routes.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { createTestApi, type OrderApiClient, type Reply, type RequestOptions } from '../../support/order-api-client.ts';
import { createTestPlanRegion } from '../../support/test-write-plan.ts';

interface Operation {
  readonly operationId: string;
  readonly does: string;
  /** The one scope that opens it, or any of several. */
  readonly needs: Scope | readonly Scope[] | 'anybody';
  readonly send: (api: OrderApiClient, key: string, options: RequestOptions) => Promise<Reply>;
  /** What the order's own tenant is answered, and what another is. */
  readonly own: number;
  readonly other: number;
}

const post =
  (path: string, body: object | ((key: string) => object)): Operation['send'] =>
  (api, key, options) =>
    api.post(path, key, typeof body === 'function' ? body(key) : body, options);

const get =
  (path: string, query?: Readonly<Record<string, string>>): Operation['send'] =>
  (api, _, options) =>
    api.get(path, { ...options, ...(query && { query }) });

const packedFact = { type: 'OrderPacked', source: 'warehouse' };
const order = placed().data;

/** Decided, so that every further decision is answered alike. */
let decidedCase = '';

const decideCase = async (api: OrderApiClient): Promise<void> => {
  await api.post('/orders', 'place-1003', { orderId: '1003', ...order });
  const early = await api.post('/orders/1003/facts', 'early', { type: 'OrderDelivered', source: 'carrier' });
  decidedCase = early.body.entry.id;
  await api.post(`/cases/${decidedCase}/resolution`, 'decide-1003', {
    outcome: {},
    reason: 'looked at',
    order: '1003',
  });
};

const operations: readonly Operation[] = [
  {
    operationId: 'placeOrder',
    does: 'place',
    needs: 'orders:write',
    send: post('/orders', order),
    own: 201,
    other: 201,
  },
  {
    operationId: 'listOrders',
    does: 'list',
    needs: 'orders:read',
    send: get('/orders', { status: 'placed' }),
    own: 200,
    other: 200,
  },
  { operationId: 'readOrder', does: 'read', needs: 'orders:read', send: get('/orders/1001'), own: 200, other: 404 },
  {
    operationId: 'appendDecision',
    does: 'decide',
    needs: 'orders:write',
    send: post('/orders/1001/decisions', { type: 'TagAdded', data: { tag: 'gift' } }),
    own: 201,
    other: 404,
  },
  {
    operationId: 'appendDecision',
    does: 'decide several things at once',
    needs: 'orders:write',
    send: post('/orders/1001/decisions', { events: [{ type: 'TagAdded', data: { tag: 'gift' } }] }),
    own: 201,
    other: 404,
  },
  {
    operationId: 'appendDecision',
    does: 'resolve',
    needs: 'reviews:decide',
    send: post('/orders/1001/decisions', { type: 'ConflictResolved', data: { cases: [], reason: 'looked at' } }),
    own: 201,
    other: 404,
  },
  {
    operationId: 'appendDecision',
    does: 'resolve in a list',
    needs: 'reviews:decide',
    send: post('/orders/1001/decisions', {
      events: [{ type: 'ConflictResolved', data: { cases: [], reason: 'looked at' } }],
    }),
    own: 201,
    other: 404,
  },
  {
    operationId: 'recordFact',
    does: 'report',
    needs: 'facts:write',
    send: post('/orders/1001/facts', packedFact),
    own: 201,
    other: 201,
  },
  {
    operationId: 'recordOrderFactBatch',
    does: 'report in a batch',
    needs: 'facts:write',
    send: post('/orders/1001/facts:batch', (key) => ({ facts: [{ ...packedFact, idempotencyKey: key }] })),
    own: 200,
    other: 200,
  },
  {
    operationId: 'recordFactBatch',
    does: 'report of several orders',
    needs: 'facts:write',
    send: post('/facts:batch', (key) => ({ facts: [{ ...packedFact, orderId: '1001', idempotencyKey: key }] })),
    own: 200,
    other: 200,
  },
  {
    operationId: 'takeGroup',
    does: 'change two orders at once',
    needs: 'orders:write',
    send: post('/commands', {
      orders: ['1001', '1002'].map((orderId) => ({ orderId, type: 'TagAdded', data: { tag: 'gift' } })),
    }),
    own: 201,
    other: 404,
  },
  {
    operationId: 'readEntries',
    does: 'read entries',
    needs: 'orders:read',
    send: get('/orders/1001/entries'),
    own: 200,
    other: 404,
  },
  {
    operationId: 'explainOrder',
    does: 'explain',
    needs: 'orders:read',
    send: get('/orders/1001/explanation'),
    own: 200,
    other: 404,
  },
  {
    operationId: 'listCases',
    does: 'list cases',
    needs: ['orders:read', 'reviews:decide'],
    send: get('/cases'),
    own: 200,
    other: 200,
  },
  {
    operationId: 'readCase',
    does: 'read a case',
    needs: ['orders:read', 'reviews:decide'],
    send: (api, _, options) => api.get(`/cases/${decidedCase}`, { ...options, query: { order: '1003' } }),
    own: 200,
    other: 404,
  },
  {
    operationId: 'resolveCase',
    does: 'decide a case',
    needs: 'reviews:decide',
    send: (api, key, options) =>
      api.post(`/cases/${decidedCase}/resolution`, key, { outcome: {}, reason: 'again', order: '1003' }, options),
    own: 200,
    other: 404,
  },
  { operationId: 'readTotals', does: 'totals', needs: 'orders:read', send: get('/totals'), own: 200, other: 200 },
  {
    operationId: 'readReplication',
    does: 'replication',
    needs: 'orders:read',
    send: get('/replication'),
    own: 200,
    other: 200,
  },
  // What is told is of all tenants together. Here it is not told at all.
  { operationId: 'readTraffic', does: 'traffic', needs: 'orders:read', send: get('/traffic'), own: 501, other: 501 },
  {
    operationId: 'changePlan',
    does: 'change the plan',
    needs: 'plan:write',
    send: post('/plan', { primary: 'us-east-1', reason: 'a drill' }),
    // The plan is the deployment's: whose token it is makes no difference.
    own: 201,
    other: 201,
  },
  { operationId: 'readPlan', does: 'plan', needs: 'orders:read', send: get('/plan'), own: 200, other: 200 },
  { operationId: 'readOpenApi', does: 'describe', needs: 'anybody', send: get('/openapi.json'), own: 200, other: 200 },
  { operationId: 'readHealth', does: 'health', needs: 'anybody', send: get('/health'), own: 200, other: 200 },
];

const routes = routesOf({} as OrderApiDeps);

/** All 32. */
const scopeSets: readonly (readonly Scope[])[] = Array.from({ length: 2 ** scopes.length }, (_, set) =>
  scopes.filter((_, i) => (set & (1 << i)) !== 0),
);

const ownTenant = 'acme';
const otherTenant = 'other';

describe('the gate', () => {
  it('is tested for every route', () => {
    expect([...new Set(operations.map(({ operationId }) => operationId))].toSorted()).toEqual(
      routes.map(({ operationId }) => operationId).toSorted(),
    );
  });

  describe.each([...operations])('before "$does" ($operationId)', ({ needs, send, own, other }) => {
    let store: InMemoryEventStore;
    let api: OrderApiClient;
    let keys = 0;

    beforeAll(async () => {
      store = createInMemoryEventStore({ sha256 });
      const { service: writePlan } = await createTestPlanRegion({ eventStore: store });
      api = createTestApi(store, { writePlan });
      for (const orderId of ['1001', '1002']) await api.post('/orders', `place-${orderId}`, { orderId, ...order });
      await decideCase(api);
    });

    const entries = async (): Promise<readonly string[]> => {
      const found: string[] = [];
      for await (const stream of store.streams())
        found.push(...(await store.load(stream)).entries.map(({ hash }) => hash));
      return found;
    };
    const isOpenTo = (granted: readonly Scope[]): boolean =>
      needs === 'anybody' || [needs].flat().some((scope) => granted.includes(scope));
    const request = (options: RequestOptions) => send(api, `key-${++keys}`, options);

    it('stands open to the scope that it needs, for orders of the own tenant alone', async () => {
      for (const granted of scopeSets.filter(isOpenTo))
        for (const [tenant, status] of [
          [ownTenant, own],
          [otherTenant, other],
        ] as const) {
          const reply = await request({ as: { scopes: granted, tenant } });
          expect(reply.status, `${tenant}, ${granted}: ${JSON.stringify(reply.body)}`).toBe(status);
        }
    });

    it('is closed to all others, who change nothing', async () => {
      const before = await entries();
      for (const granted of scopeSets.filter((set) => !isOpenTo(set)))
        for (const tenant of [ownTenant, otherTenant]) {
          const reply = await request({ as: { scopes: granted, tenant } });
          expect(reply, `${tenant}, ${granted}`).toMatchObject({
            status: 403,
            headers: { 'www-authenticate': expect.stringMatching(/^Bearer error="insufficient_scope", scope="/) },
            body: { type: 'urn:rejoin:problem:not-allowed' },
          });
        }
      expect(await entries()).toEqual(before);
    });

    it('asks who comes', async () => {
      const before = await entries();
      const reply = await request({ as: 'nobody' });
      if (needs === 'anybody') expect(reply.status).toBe(own);
      else
        expect(reply).toMatchObject({
          status: 401,
          headers: { 'www-authenticate': 'Bearer', 'rejoin-region': 'us-east-1' },
          body: { type: 'urn:rejoin:problem:not-authenticated', reason: 'missing' },
        });
      expect(await entries()).toEqual(before);
    });
  });

  it('opens nothing to scopes that only look like ours', async () => {
    const api = createTestApi(createInMemoryEventStore({ sha256 }));
    for (const scope of ['*', 'orders', 'orders:*', 'ORDERS:READ', 'orders:read,orders:write', 'orders:reader'])
      expect((await api.get('/orders/1001', { as: { scopes: [scope] } })).status, scope).toBe(403);
  });

  it('looks at who asks before it looks at what is asked', async () => {
    const api = createTestApi(createInMemoryEventStore({ sha256 }));
    const wrong = { query: { nonsense: '1' }, rawBody: '{', headers: { 'content-type': 'text/plain' } };
    expect((await api.send('POST', '/orders', { ...wrong, as: 'nobody' })).status).toBe(401);
    expect((await api.send('POST', '/orders', { ...wrong, as: { scopes: ['orders:read'] } })).status).toBe(403);
    expect((await api.send('POST', '/orders', wrong)).status).toBe(400);
  });

  it('keeps who may only resolve to resolutions, also where one stands among others', async () => {
    const store = createInMemoryEventStore({ sha256 });
    const api = createTestApi(store);
    await api.post('/orders', 'place', { orderId: '1001', ...order });
    const resolution = { type: 'ConflictResolved', data: { cases: [], reason: 'looked at' } };
    const tag = { type: 'TagAdded', data: { tag: 'gift' } };
    for (const [granted, missing] of [
      ['reviews:decide', 'orders:write'],
      ['orders:write', 'reviews:decide'],
    ] as const) {
      const body = { events: [resolution, tag] };
      const reply = await api.post('/orders/1001/decisions', 'k', body, { as: { scopes: [granted] } });
      expect(reply).toMatchObject({ status: 403, body: { scope: missing } });
    }
    expect((await store.load('order/acme/1001')).entries).toHaveLength(1);
  });

  it('tells nobody more of a path than that it is none, or has no such method', async () => {
    const api = createTestApi(createInMemoryEventStore({ sha256 }));
    expect((await api.get('/orders/1001/secrets', { as: 'nobody' })).status).toBe(404);
    const reply = await api.send('DELETE', '/orders/1001', { as: 'nobody' });
    expect(reply).toMatchObject({ status: 405, headers: { allow: 'GET' } });
  });
});
