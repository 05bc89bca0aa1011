import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { coversCut, cutToToken, parseToken } from '../../../domain/ledger/cut.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { closedCutOf } from '../../support/builders/ledger-builder.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { createTestApi, type Reply } from '../../support/order-api-client.ts';
import { createTwoRegionOrders, type OrderRegion, type TwoRegionOrders } from '../../support/two-region-orders.ts';

const order = placed().data;
const readPaths = ['/orders/1001', '/orders/1001/entries', '/orders/1001/explanation'];

let world: TwoRegionOrders;
beforeEach(() => {
  world = createTwoRegionOrders();
});

const placeOrder = ({ api }: OrderRegion, orderId = '1001') =>
  api.post('/orders', `place-${orderId}`, { orderId, ...order });
const note = ({ api }: OrderRegion, text: string) =>
  api.post('/orders/1001/decisions', `note-${text}`, { type: 'NoteChanged', data: { note: text } });
const readAfter = ({ api }: OrderRegion, token: string, wait?: string, path = '/orders/1001') =>
  api.get(path, { headers: { 'rejoin-token': token }, ...(wait !== undefined && { query: { wait } }) });

const expectProblem = (reply: Reply, status: number, kind: string): void => {
  expect(reply.body).toMatchObject({ status, type: `urn:rejoin:problem:${kind}` });
  expect(reply.status).toBe(status);
};

const expectTooEarly = (reply: Reply, token: string, missing: readonly string[]): void => {
  expectProblem(reply, 425, 'not-covered');
  expect(reply.body).toMatchObject({ token, missing });
  expect(reply.headers).toMatchObject({
    'retry-after': '1',
    'rejoin-token': token,
    'rejoin-region': 'eu-west-1',
    'rejoin-epoch': '0',
  });
};

describe.each(readPaths)('a read of %s with a token', (path) => {
  it('is answered where the region covers it', async () => {
    const { headers } = await placeOrder(world.us);
    world.replicate(world.us, world.eu);
    const reply = await readAfter(world.eu, headers['rejoin-token'] ?? '', undefined, path);
    expect(reply).toMatchObject({ status: 200, headers: { 'rejoin-token': 'us-east-1:1' } });
  });

  it('is too early where it does not, and names the token of the region and the writers that are missing', async () => {
    await placeOrder(world.us);
    world.replicate(world.us, world.eu);
    await note(world.us, 'ring');
    expectTooEarly(await readAfter(world.eu, 'us-east-1:2', undefined, path), 'us-east-1:1', ['us-east-1']);
    expect(world.time.passedMs()).toBe(0);
  });

  it('is too early, not unknown, where nothing of the order has arrived', async () => {
    await placeOrder(world.us);
    expectTooEarly(await readAfter(world.eu, 'us-east-1:1', '100', path), '', ['us-east-1']);
    expect(world.time.passedMs()).toBe(100);
  });

  it('waits until the entry arrives', async () => {
    await placeOrder(world.us);
    world.time.after(700, () => world.replicate(world.us, world.eu));
    const reply = await readAfter(world.eu, 'us-east-1:1', '3000', path);
    expect(reply).toMatchObject({ status: 200, headers: { 'rejoin-token': 'us-east-1:1' } });
    expect(world.time.passedMs()).toBeLessThan(700 + 250);
  });

  it('looks a last time when the time is up', async () => {
    await placeOrder(world.us);
    world.time.after(1_000, () => world.replicate(world.us, world.eu));
    expect((await readAfter(world.eu, 'us-east-1:1', '999', path)).status).toBe(425);
    world = createTwoRegionOrders();
    await placeOrder(world.us);
    world.time.after(1_000, () => world.replicate(world.us, world.eu));
    expect((await readAfter(world.eu, 'us-east-1:1', '1000', path)).status).toBe(200);
  });

  it('does not count an entry that has arrived before what its writer had seen', async () => {
    await placeOrder(world.us);
    await note(world.us, 'ring');
    world.replicate(world.us, world.eu, ({ seq }) => seq === 2);
    expectTooEarly(await readAfter(world.eu, 'us-east-1:2', undefined, path), '', ['us-east-1']);
  });

  it('stops waiting when the ledger breaks', async () => {
    const broken = createTestApi({
      ...world.eu.store,
      load: () => Promise.reject(new LedgerFault('unavailable', 'gone')),
    });
    const reply = await broken.get(path, { headers: { 'rejoin-token': 'us-east-1:1' }, query: { wait: '20000' } });
    expectProblem(reply, 503, 'ledger-unavailable');
  });
});

describe('a read', () => {
  it('without a token takes what is here, in one reading of the ledger', async () => {
    await placeOrder(world.us);
    for (const path of readPaths) {
      const before = world.us.reads();
      expect((await world.us.api.get(path)).status).toBe(200);
      expect(world.us.reads() - before).toBe(1);
      expectProblem(await world.eu.api.get(path), 404, 'unknown-order');
    }
  });

  it('of an order that nobody has, after nothing, is a 404', async () => {
    expectProblem(await readAfter(world.eu, '', '3000'), 404, 'unknown-order');
    expect(world.time.passedMs()).toBe(0);
  });

  it('covers what every writer wrote, and waits for a region that never was', async () => {
    await placeOrder(world.us);
    world.replicate(world.us, world.eu);
    await note(world.eu, 'here');
    await note(world.us, 'there');
    expectTooEarly(await readAfter(world.eu, 'eu-west-1:1,us-east-1:2'), 'eu-west-1:1,us-east-1:1', ['us-east-1']);
    world.replicate(world.us, world.eu);
    expect((await readAfter(world.eu, 'eu-west-1:1,us-east-1:2')).status).toBe(200);
    expect((await readAfter(world.eu, 'mars:1,venus:1')).body.missing).toEqual(['mars', 'venus']);
  });

  it('takes the token that any answer carried, refusals too', async () => {
    await placeOrder(world.us);
    const refused = await world.us.api.post('/orders/1001/decisions', 'return', { type: 'ReturnRequested' });
    expectProblem(refused, 409, 'illegal-transition');
    expect(refused.headers).toMatchObject({ 'rejoin-token': 'us-east-1:1', 'rejoin-epoch': '0' });
    expect((await readAfter(world.us, refused.headers['rejoin-token'] ?? '')).status).toBe(200);
  });

  it('of a page of entries waits for the order as a whole', async () => {
    await placeOrder(world.us);
    await note(world.us, 'ring');
    world.replicate(world.us, world.eu, ({ seq }) => seq === 1);
    world.time.after(300, () => world.replicate(world.us, world.eu));
    const options = { headers: { 'rejoin-token': 'us-east-1:2' }, query: { limit: '1', wait: '1000' } };
    const reply = await world.eu.api.get('/orders/1001/entries', options);
    expect(reply).toMatchObject({ status: 200, headers: { 'rejoin-token': 'us-east-1:2' } });
    expect(reply.body.entries).toHaveLength(1);
    expect(reply.body.nextAfter).toBe('us-east-1/0000000001');
    expect(world.time.passedMs()).toBeGreaterThanOrEqual(300);
  });

  it.each([
    'us-east-1',
    'us-east-1:0',
    '"us-east-1:1"',
    'us-east-1:1;eu-west-1:2',
    'us-east-1:1, eu-west-1:1',
    'x:-1',
    'us-east-1:1,us-east-1:2',
  ])('refuses %s as a token', async (token) => {
    await placeOrder(world.us);
    for (const path of readPaths) {
      const reply = await readAfter(world.us, token, undefined, path);
      expectProblem(reply, 400, 'invalid-header');
      expect(reply.body.title).toContain('Rejoin-Token');
    }
  });

  it.each(['-1', '20001', '1.5', '1e3', 'soon', '', '5,5', ' 5'])('refuses to wait "%s"', async (wait) => {
    expectProblem(await readAfter(world.eu, 'us-east-1:1', wait), 400, 'invalid-query');
    expect(world.eu.reads()).toBe(0);
  });

  it('refuses to wait for nothing', async () => {
    for (const path of readPaths) {
      const reply = await world.eu.api.get(path, { query: { wait: '100' } });
      expectProblem(reply, 400, 'invalid-query');
      expect(reply.body.detail).toContain('Rejoin-Token');
    }
  });

  it('of a list takes no token', async () => {
    const headers = { 'Rejoin-Token': 'us-east-1:1' };
    expectProblem(await world.us.api.get('/orders', { headers, query: { status: 'paid' } }), 400, 'invalid-header');
  });
});

describe('a read with a token, however entries arrive', () => {
  it('covers the token or says that it is too early', async () => {
    const step = fc.record({
      writer: fc.constantFrom('us', 'eu'),
      /** Which of the entries of the writer's region cross then. */
      crossing: fc.array(fc.nat({ max: 5 }), { maxLength: 4 }),
      inMs: fc.nat({ max: 400 }),
    });
    const waits = fc.constantFrom(undefined, '0', '150', '400');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), waits, async (steps, wait) => {
        const regions = createTwoRegionOrders();
        await placeOrder(regions.us);
        regions.replicate(regions.us, regions.eu);
        let sequence = 0;
        for (const { writer, crossing, inMs } of steps) {
          const from = regions[writer as 'us' | 'eu'];
          const to = writer === 'us' ? regions.eu : regions.us;
          const token = (await note(from, `${++sequence}`)).headers['rejoin-token'] ?? '';
          regions.time.after(inMs, () => regions.replicate(from, to, ({ seq }) => crossing.includes(seq)));
          for (const path of readPaths) {
            const reply = await readAfter(to, token, wait, path);
            const here = closedCutOf((await to.store.load('order/acme/1001')).entries);
            expect(reply.status).toBe(coversCut(here, parseToken(token) ?? {}) ? 200 : 425);
            expect(reply.headers['rejoin-token']).toBe(cutToToken(here));
            if ('cut' in reply.body) expect(reply.body.cut).toEqual(here);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});
