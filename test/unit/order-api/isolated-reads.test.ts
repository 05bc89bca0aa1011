/**
 * Reading in a region that has no quorum of a strongly consistent table: what it holds, and that it is no more than that.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Consistency } from '../../../domain/ledger/position.ts';
import { type EventStore, LedgerFault } from '../../../domain/ports/event-store.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createLedger } from '../../../services/ledger/open-ledger.ts';
import { quietObservability } from '../../../services/middleware/observability.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { createTestApi, type OrderApiClient } from '../../support/order-api-client.ts';
import { createTestDeps } from '../../support/test-deps.ts';

const readPaths = ['/orders/1001', '/orders/1001/entries', '/orders/1001/explanation'];

let fault: LedgerFault | undefined;
let strong: OrderApiClient;
let eventual: OrderApiClient;
let store: EventStore;

/** While there is a fault, only what is content with less can be read. */
const breakable = (whole: EventStore): EventStore => ({
  ...whole,
  append: (entry) => (fault ? Promise.reject(fault) : whole.append(entry)),
  load: (stream, options) => {
    if (fault && options?.consistency !== 'eventual') return Promise.reject(fault);
    return whole.load(stream);
  },
  readPages: async function* (stream, { consistency, ...page } = {}) {
    if (fault && consistency !== 'eventual') throw fault;
    yield* whole.readPages(stream, page);
  },
});

beforeEach(async () => {
  fault = undefined;
  store = breakable(createInMemoryEventStore({ sha256 }));
  const apiOf = (consistency: Consistency) => createTestApi(store, { consistency });
  [strong, eventual] = [apiOf('strong'), apiOf('eventual')];
  await strong.post('/orders', 'place', { orderId: '1001', ...placed().data });
});

const cutOff = (): void => {
  fault = new LedgerFault('unavailable', 'no quorum');
};

describe.each(readPaths)('a read of %s', (path) => {
  it('says nothing of itself while there is a quorum', async () => {
    expect((await strong.get(path)).headers).not.toHaveProperty('rejoin-read');
    const after = await strong.get(path, { headers: { 'rejoin-token': 'global:1' } });
    expect(after.headers).not.toHaveProperty('rejoin-read');
  });

  it('without one is answered from what the region holds, and says so', async () => {
    const known = await strong.get(path);
    cutOff();
    const { headers, ...reply } = await strong.get(path);
    expect(reply).toEqual({ status: 200, body: known.body });
    expect(headers).toEqual({ ...known.headers, 'rejoin-read': 'eventual' });
  });

  it('without one is too early where the region does not hold what the client has seen', async () => {
    cutOff();
    const readAfter = (token: string) => strong.get(path, { headers: { 'rejoin-token': token } });
    expect(await readAfter('global:1')).toMatchObject({ status: 200, headers: { 'rejoin-read': 'eventual' } });
    expect(await readAfter('global:2')).toMatchObject({
      status: 425,
      body: { token: 'global:1', missing: ['global'] },
    });
  });

  it('without one does not say that there is no such order', async () => {
    cutOff();
    const unknown = path.replace('1001', '1002');
    expect(await strong.get(unknown)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(await strong.get(unknown, { headers: { 'rejoin-token': 'global:1' } })).toMatchObject({ status: 425 });
  });

  it('is refused where the table has eventual consistency, or asking again would not help', async () => {
    cutOff();
    expect((await eventual.get(path)).status).toBe(503);
    fault = new LedgerFault('ledger-behind', 'entries are lost');
    expect((await strong.get(path)).status).toBe(503);
  });
});

describe('a region without a quorum', () => {
  it('shows the entries page by page', async () => {
    for (const key of ['a', 'b'])
      await strong.post('/orders/1001/decisions', key, { type: 'NoteChanged', data: { note: key } });
    cutOff();
    for (const headers of [{}, { 'rejoin-token': 'global:3' }]) {
      const first = await strong.get('/orders/1001/entries', { headers, query: { limit: '2' } });
      expect(first.body.entries).toHaveLength(2);
      const query = { limit: '2', after: first.body.nextAfter };
      const last = await strong.get('/orders/1001/entries', { headers, query });
      expect(last.body.entries.map(({ position }: { readonly position: string }) => position)).toEqual([
        'global/0000000003',
      ]);
      expect(last.body).not.toHaveProperty('nextAfter');
      const none = { limit: '2', after: 'global/0000000003' };
      expect(await strong.get('/orders/1001/entries', { headers, query: none })).toMatchObject({
        status: 200,
        headers: { 'rejoin-read': 'eventual' },
        body: { entries: [] },
      });
    }
  });

  it('does not say that there is no such order where it holds but damage of it', async () => {
    const damaged = [{ position: 'global/0000000001', reason: 'no entry' }];
    strong = createTestApi(
      { ...store, load: async (...asked) => ({ ...(await store.load(...asked)), entries: [], damaged }) },
      { consistency: 'strong' },
    );
    expect((await strong.get('/orders/1001')).status).toBe(404);
    cutOff();
    expect((await strong.get('/orders/1001')).status).toBe(503);
  });

  it('takes no write', async () => {
    cutOff();
    expect(await strong.post('/orders/1001/decisions', 'cancel', { type: 'OrderCancelled' })).toMatchObject({
      status: 503,
      body: { type: 'urn:rejoin:problem:ledger-unavailable' },
    });
  });

  it('says to whoever embeds the ledger, too, that what it reads may be old', async () => {
    const { logger, metrics } = quietObservability();
    const deps = { ...createTestDeps('us-east-1'), consistency: 'strong' as const, eventStore: store, logger, metrics };
    const order = createLedger(deps).order({ tenant: 'acme', orderId: '1001' });
    expect(await order.read()).not.toHaveProperty('read');
    cutOff();
    expect(await order.read()).toMatchObject({ kind: 'found', read: 'eventual', order: { status: 'placed' } });
    await expect(order.decide({ type: 'OrderCancelled' }, { idempotencyKey: 'k' })).rejects.toThrow('no quorum');
  });
});
