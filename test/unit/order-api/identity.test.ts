import { beforeEach, describe, expect, it } from 'vitest';
import { IssuerFault } from '../../../domain/ports/token-verifier.ts';
import { createInMemoryEventStore, type InMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createPowertools } from '../../../infra/powertools/create-powertools.ts';
import { createLiveViews } from '../../../projections/read-models/live-views.ts';
import { badTokens } from '../../support/bad-tokens.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { collect } from '../../support/collect.ts';
import { createTestApi, type OrderApiClient } from '../../support/order-api-client.ts';
import { createProjectedRegion } from '../../support/projected-orders.ts';
import { issueTestToken, tester } from '../../support/test-tokens.ts';
import { useWrittenOutput } from '../../support/written-output.ts';

const order = placed().data;
const body = { orderId: '1001', ...order };

let store: InMemoryEventStore;
let api: OrderApiClient;
beforeEach(() => {
  store = createInMemoryEventStore({ sha256 });
  api = createTestApi(store);
});

const streams = async (): Promise<readonly string[]> => collect(store.streams());

describe('a token that is not good', () => {
  const written = useWrittenOutput();

  it.each([...badTokens])('opens nothing when it is one $name, and stands in no log and no answer', async (bad) => {
    const { token, reason } = bad;
    const logged = createTestApi(store, { observability: createPowertools({ serviceName: 'order-api' }) });
    const authorization = `Bearer ${token}`;
    for (const reply of [
      await logged.post('/orders', 'key-1', body, { headers: { authorization } }),
      await logged.get('/orders/1001', { headers: { authorization } }),
    ]) {
      expect(reply).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Bearer error="invalid_token"', 'content-type': 'application/problem+json' },
        body: { type: 'urn:rejoin:problem:not-authenticated', reason },
      });
      for (const part of partsOf(token)) expect(JSON.stringify(reply)).not.toContain(part);
    }
    expect(await streams()).toEqual([]);
    for (const part of partsOf(token)) expect(written.join('')).not.toContain(part);
  });

  it('stands in no log when it is good, either', async () => {
    const logged = createTestApi(store, { observability: createPowertools({ serviceName: 'order-api' }) });
    expect((await logged.post('/orders', 'key-1', body)).status).toBe(201);
    expect(written.join('')).toContain('order/acme/1001');
    for (const part of partsOf(await issueTestToken(tester))) expect(written.join('')).not.toContain(part);
  });
});

/** Long enough to be of this token and no other text. */
const partsOf = (token: string): readonly string[] => token.split('.').filter((part) => part.length > 10);

describe('the header Authorization', () => {
  const ask = async (authorization: string, name = 'authorization') =>
    (await api.get('/orders/1001', { as: 'nobody', headers: { [name]: authorization } })).body.reason ?? 'taken';

  it('is read as HTTP has it, whatever the case of its name and scheme', async () => {
    const token = await issueTestToken(tester);
    expect(await ask(`Bearer ${token}`)).toBe('taken');
    expect(await ask(`bearer ${token}`, 'Authorization')).toBe('taken');
    expect(await ask(` BEARER   ${token} `, 'AUTHORIZATION')).toBe('taken');
  });

  it('opens nothing when it says several things, or something else', async () => {
    const token = await issueTestToken(tester);
    for (const header of ['', token, `Basic ${token}`, `Basic dXNlcjpwdw==, Bearer ${token}`, `Token ${token}`])
      expect(await ask(header), header).toBe('missing');
    for (const header of [
      'Bearer',
      'Bearer ',
      `Bearer ${token}, Bearer ${token}`,
      `Bearer ${token} x`,
      `Bearer:${token}`,
    ])
      expect(await ask(header), header).toBe('malformed');
  });
});

describe('when the issuer cannot be reached', () => {
  it('asks to come back, and has done nothing', async () => {
    const unreachable = createTestApi(store, {
      tokens: { verify: () => Promise.reject(new IssuerFault('no answer')) },
    });
    const reply = await unreachable.post('/orders', 'key-1', body);
    expect(reply).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: { type: 'urn:rejoin:problem:issuer-unreachable' },
    });
    expect(await streams()).toEqual([]);
    expect((await unreachable.get('/health')).status).toBe(200);
  });
});

describe('tenants', () => {
  const other = { tenant: 'other' };

  it('store who acted with every entry', async () => {
    await api.post('/orders', 'key-1', body, { as: { subject: 'ana@shop' } });
    await api.post('/orders/1001/facts:batch', '', {
      facts: [{ type: 'OrderPacked', source: 'warehouse', idempotencyKey: 'key-2' }],
    });
    const { entries } = await store.load('order/acme/1001');
    expect(entries.map(({ actor, tenant }) => [actor, tenant])).toEqual([
      ['ana@shop', 'acme'],
      ['tester', 'acme'],
    ]);
  });

  it('may use the same order number and the same key, and never meet', async () => {
    await api.post('/orders', 'key-1', body);
    const reply = await api.post('/orders', 'key-1', { ...body, customerId: 'someone else' }, { as: other });
    expect(reply).toMatchObject({ status: 201, body: { order: { fields: { customerId: 'someone else' } } } });
    expect(reply.headers['idempotency-replayed']).toBeUndefined();
    await api.post('/orders/1001/decisions', 'key-2', { type: 'OrderCancelled' }, { as: other });
    expect((await api.get('/orders/1001')).body).toMatchObject({
      status: 'placed',
      fields: { customerId: 'customer-1' },
    });
    expect((await api.get('/orders/1001', { as: other })).body.status).toBe('cancelled');
    expect(await streams()).toEqual(['order/acme/1001', 'order/other/1001']);
  });

  it('get different ids from the same key', async () => {
    const [own, others] = await Promise.all([
      api.post('/orders', 'cart-7', order),
      api.post('/orders', 'cart-7', order, { as: other }),
    ]);
    expect(own.status).toBe(201);
    expect(others.body.order.orderId).not.toBe(own.body.order.orderId);
    expect((await api.get(own.headers['location'] ?? '', { as: other })).status).toBe(404);
  });

  it('cannot tell an order of another from one that nobody placed', async () => {
    await api.post('/orders', 'key-1', body);
    for (const path of ['', '/entries', '/explanation']) {
      const reply = await api.get(`/orders/1001${path}`, { as: other });
      expect(reply.status).toBe(404);
      expect(reply).toEqual(await api.get(`/orders/1002${path}`, { as: other }));
    }
    const decision = { type: 'OrderCancelled' };
    const reply = await api.post('/orders/1001/decisions', 'key-2', decision, { as: other });
    expect(reply).toEqual(await api.post('/orders/1002/decisions', 'key-3', decision, { as: other }));
    expect(reply.status).toBe(404);
  });

  it('cannot be chosen by anything but the token', async () => {
    await api.post('/orders', 'key-1', body);
    const headers = { tenant: 'acme', 'x-tenant': 'acme', 'x-tenant-id': 'acme' };
    expect((await api.get('/orders/1001', { as: other, headers })).status).toBe(404);
    expect((await api.get('/orders/1001', { as: other, query: { tenant: 'acme' } })).status).toBe(400);
    expect((await api.get('/orders/..%2Facme%2F1001', { as: other })).status).toBe(400);
  });

  it('list their own orders only, with a cursor of the other, too', async () => {
    const shops = ['acme', 'other'].flatMap((tenant, i) =>
      Array.from({ length: 3 }, (_, n) =>
        createLedger({ stream: `order/${tenant}/${tenant}-${n}`, seed: 10 * i + n })
          .at('us-east-1')
          .append(placed()),
      ),
    );
    const region = await createProjectedRegion(shops);
    const listing = createTestApi(region.eventStore, { views: createLiveViews(region) });
    for (const list of [{ status: 'placed' }, { customer: 'customer-1' }]) {
      const first = await listing.get('/orders', { query: { ...list, limit: '1' } });
      expect(first.body.orders).toHaveLength(1);
      const query = { ...list, cursor: first.body.cursor };
      const others = await listing.get('/orders', { query, as: other });
      expect(others.status).toBe(200);
      const orderIds = others.body.orders.map(({ orderId }: { orderId: string }) => orderId);
      expect(orderIds.filter((orderId: string) => !orderId.startsWith('other-'))).toEqual([]);
      const all = await listing.get('/orders', { query: list, as: other });
      expect(all.body.orders).toHaveLength(3);
    }
  });
});
