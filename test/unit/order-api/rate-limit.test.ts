import { beforeEach, describe, expect, it } from 'vitest';
import type { Sleep } from '../../../domain/ports/clock.ts';
import type { ControlStore } from '../../../domain/ports/control-store.ts';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import { createInMemoryEventStore, type InMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import {
  createRateLimiter,
  type RateLimiter,
  rateLimitKind,
} from '../../../services/order-api/rate-limit/rate-limiter.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { createTestApi, type OrderApiClient, startMs } from '../../support/order-api-client.ts';

const limit = { perSecond: 10, burst: 20 };
const order = placed().data;
const sleep = () => new Promise<void>((wake) => setImmediate(wake));

let store: InMemoryEventStore;
let table: ControlStore;
let api: OrderApiClient;

beforeEach(() => {
  store = createInMemoryEventStore({ sha256 });
  table = createInMemoryControlStore();
  api = createTestApi(store, { rateLimiter: createLimiter(table) });
});

/** A settlement is waited for unless the pause ends first. */
const createLimiter = (controlStore: ControlStore, pause: Sleep = () => new Promise(() => undefined)): RateLimiter =>
  createRateLimiter({
    limit,
    controlStore,
    clock: { nowMs: () => startMs },
    random: () => 0.5,
    sleep: pause,
    metrics: { count: () => undefined },
  });

const readTimes = async (times: number): Promise<void> => {
  for (let i = 0; i < times; i++) expect((await api.get('/orders/1001')).status).toBe(404);
};

const pay = (idempotencyKey: string) => ({
  idempotencyKey,
  type: 'PaymentCaptured',
  source: 'psp',
  data: { amount: 1 },
});
const sendBatch = (facts: number) =>
  api.post('/orders/1001/facts:batch', '', { facts: Array.from({ length: facts }, (_, i) => pay(`pay-${i}`)) });

const waitOptions = (wait: string) => ({ headers: { 'rejoin-token': 'eu-west-1:1' }, query: { wait } });
const waitFor = (wait: string, path = '/orders/1001') => api.get(path, waitOptions(wait));

describe('the limit on a caller of the order API', () => {
  it('refuses what is too much with a problem that says when to come again, and changes nothing', async () => {
    await readTimes(20);
    const reply = await api.post('/orders', 'place-1', { orderId: '1001', ...order });
    expect(reply).toMatchObject({
      status: 429,
      headers: { 'content-type': 'application/problem+json', 'retry-after': '1', 'rejoin-region': 'us-east-1' },
      body: { type: 'urn:rejoin:problem:too-many-requests', status: 429 },
    });
    expect((await store.load('order/acme/1001')).entries).toEqual([]);
  });

  it('is one of its own for every subject and every tenant', async () => {
    await readTimes(20);
    expect((await api.get('/orders/1001')).status).toBe(429);
    expect((await api.get('/orders/1001', { as: { subject: 'warehouse' } })).status).toBe(404);
    expect((await api.get('/orders/1001', { as: { tenant: 'other' } })).status).toBe(404);
  });

  it('counts wrong requests like right ones', async () => {
    for (let i = 0; i < 20; i++) expect((await api.get('/orders', { query: { colour: 'red' } })).status).toBe(400);
    expect((await api.get('/orders', { query: { colour: 'red' } })).status).toBe(429);
  });

  it('counts every fact of a batch, taken or not', async () => {
    expect((await sendBatch(19)).status).toBe(200);
    expect((await api.get('/orders/1001')).status).toBe(200);
    expect((await api.get('/orders/1001')).status).toBe(429);
  });

  it('takes a batch that is larger than what is left, and lets the next request wait for it', async () => {
    expect((await sendBatch(60)).body.results).toHaveLength(60);
    const reply = await api.get('/orders/1001');
    expect(reply).toMatchObject({ status: 429, headers: { 'retry-after': '5' } });
  });

  it.each([
    ['a read', () => waitFor('18001')],
    ['the entries', () => waitFor('18001', '/orders/1001/entries')],
    ['an explanation', () => waitFor('18001', '/orders/1001/explanation')],
    ['a command', () => api.post('/orders', 'k', order, waitOptions('18001'))],
  ])('counts every begun second that %s may wait, beside the request', async (_, send) => {
    expect((await send()).status).toBe(425);
    expect((await api.get('/orders/1001')).status).toBe(429);
  });

  it('counts every begun second that a command over several orders may wait', async () => {
    const orders = ['1001', '1002'].map((orderId) => ({ orderId, type: 'OrderPlaced', data: order }));
    const query = { replicated: 'all', wait: '17001' };
    const peers = [{ region: 'eu-west-1', holds: async () => true }];
    api = createTestApi(store, { rateLimiter: createLimiter(table), peers });
    expect((await api.post('/commands', 'k', { orders }, { query })).status).toBe(201);
    expect((await api.get('/orders/1001')).status).toBe(429);
  });

  it('counts no second that is not begun, and none of a wait that is refused', async () => {
    expect((await waitFor('18000')).status).toBe(425);
    expect((await api.get('/orders/1001')).status).toBe(404);
    expect((await api.get('/orders/1001')).status).toBe(429);
    api = createTestApi(store, { rateLimiter: createLimiter(createInMemoryControlStore()) });
    expect((await waitFor('20001')).status).toBe(400);
    expect((await api.get('/orders/1001', { query: { wait: '20000' } })).status).toBe(400);
    await readTimes(18);
  });

  it('counts nothing on routes that are open to everybody, nor from callers who are not known', async () => {
    for (let i = 0; i < 50; i++) expect((await api.get('/health', { as: 'nobody' })).status).toBe(200);
    for (let i = 0; i < 50; i++) expect((await api.get('/orders/1001', { as: 'nobody' })).status).toBe(401);
    await readTimes(20);
  });

  it('has settled beside the request, and before the answer is given, since a frozen container does nothing', async () => {
    const done: string[] = [];
    const noted = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
      await sleep();
      done.push(name);
      return work();
    };
    const rateLimiter = createLimiter({
      ...table,
      get: (kind, name) => noted('get', () => table.get(kind, name)),
      put: (...document) => noted('put', () => table.put(...document)),
    });
    const load: InMemoryEventStore['load'] = (stream) => noted('load', () => store.load(stream));
    await createTestApi({ ...store, load }, { rateLimiter }).get('/orders/1001');
    expect(done).toEqual(['get', 'load', 'put']);
    expect((await table.get<{ tokens: number }>(rateLimitKind, 'acme/tester'))?.value.tokens).toBe(19);
  });

  it('answers before a settlement that takes too long', async () => {
    const put: ControlStore['put'] = () => new Promise(() => undefined);
    const rateLimiter = createLimiter({ ...table, put }, sleep);
    expect((await createTestApi(store, { rateLimiter }).get('/orders/1001')).status).toBe(404);
  });
});
