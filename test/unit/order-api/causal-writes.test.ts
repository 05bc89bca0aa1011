import { beforeEach, describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import type { PeerReplica } from '../../../domain/ports/peer-replica.ts';
import type { PersonalData } from '../../../domain/ports/personal-data.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import type { Reply } from '../../support/order-api-client.ts';
import { createTestPersonalData } from '../../support/personal-data.ts';
import { createTwoRegionOrders, type OrderRegion, type TwoRegionOrders } from '../../support/two-region-orders.ts';

const order = placed().data;

let world: TwoRegionOrders;
beforeEach(() => {
  world = createTwoRegionOrders();
});

interface Asked {
  readonly token?: string;
  readonly wait?: string;
  readonly replicated?: string;
}

const post = ({ api }: OrderRegion, path: string, key: string, body: object, { token, ...query }: Asked = {}) =>
  api.post(path, key, body, { query, ...(token !== undefined && { headers: { 'rejoin-token': token } }) });
const placeOrder = (region: OrderRegion, asked?: Asked) =>
  post(region, '/orders', 'place-1', { orderId: '1001', ...order }, asked);
const note = (region: OrderRegion, text: string, asked?: Asked) =>
  post(region, '/orders/1001/decisions', `note-${text}`, { type: 'NoteChanged', data: { note: text } }, asked);
const pay = (region: OrderRegion, asked?: Asked) =>
  post(
    region,
    '/orders/1001/facts',
    'pay-1',
    { type: 'PaymentCaptured', source: 'psp', data: { amount: 9980 } },
    asked,
  );

const writes = { 'POST /orders': placeOrder, 'POST /orders/{id}/facts': pay } as const;

const expectProblem = (reply: Reply, status: number, kind: string): void => {
  expect(reply.body).toMatchObject({ status, type: `urn:rejoin:problem:${kind}` });
  expect(reply.status).toBe(status);
};

describe('a write with a token', () => {
  it('is taken where the region covers it, and comes after all of it', async () => {
    await placeOrder(world.us);
    world.replicate(world.us, world.eu);
    expect(await note(world.eu, 'ring', { token: 'us-east-1:1' })).toMatchObject({
      status: 201,
      headers: { 'rejoin-token': 'eu-west-1:1,us-east-1:1' },
    });
  });

  it('is too early where the region does not, and leaves nothing', async () => {
    await placeOrder(world.us);
    for (const write of [placeOrder, pay, (region: OrderRegion, asked: Asked) => note(region, 'ring', asked)]) {
      const reply = await write(world.eu, { token: 'us-east-1:1' });
      expectProblem(reply, 425, 'not-covered');
      expect(reply.body).toMatchObject({ token: '', missing: ['us-east-1'] });
      expect(reply.headers).toMatchObject({
        'retry-after': '1',
        'rejoin-token': '',
        'rejoin-region': 'eu-west-1',
        'rejoin-epoch': '0',
      });
    }
    expect(world.eu.appended).toEqual([]);
  });

  it('waits until what its client saw arrives, and is then one entry', async () => {
    await placeOrder(world.us);
    world.time.after(600, () => world.replicate(world.us, world.eu));
    const reply = await note(world.eu, 'ring', { token: 'us-east-1:1', wait: '2000' });
    expect(reply).toMatchObject({ status: 201, body: { entry: { position: 'eu-west-1/0000000001' } } });
    expect(world.time.passedMs()).toBeLessThan(600 + 250);
    expect(world.eu.appended).toMatchObject([{ seen: { 'us-east-1': 1 } }]);
  });

  it('is too early when the time is up', async () => {
    await placeOrder(world.us);
    world.time.after(600, () => world.replicate(world.us, world.eu));
    expectProblem(await pay(world.eu, { token: 'us-east-1:1', wait: '599' }), 425, 'not-covered');
    expect(world.time.passedMs()).toBe(599);
    expect(world.eu.appended).toEqual([]);
  });

  it('does not wait with a refusal that time cannot change', async () => {
    await placeOrder(world.us);
    const body = { type: 'OrderEaten', data: {} };
    const reply = await post(world.eu, '/orders/1001/decisions', 'k', body, { token: 'us-east-1:1', wait: '20000' });
    expectProblem(reply, 400, 'unknown-event-type');
    expect(world.time.passedMs()).toBe(0);
  });

  it('is judged on what has arrived', async () => {
    await placeOrder(world.us);
    const cancel = { type: 'OrderCancelled', data: {} };
    await post(world.us, '/orders/1001/decisions', 'cancel-1', cancel);
    world.time.after(300, () => world.replicate(world.us, world.eu));
    const reply = await note(world.eu, 'ring', { token: 'us-east-1:2', wait: '1000' });
    expect(reply).toMatchObject({ status: 201, body: { order: { status: 'cancelled' } } });
    const again = await post(world.eu, '/orders/1001/decisions', 'cancel-2', cancel, { token: 'us-east-1:2' });
    expectProblem(again, 409, 'illegal-transition');
    expect(again.headers['rejoin-token']).toBe('eu-west-1:1,us-east-1:2');
  });

  it.each(Object.entries(writes))('of %s that was stored before hears the outcome at once', async (_, write) => {
    const first = await write(world.us);
    const again = await write(world.us, { token: 'eu-west-1:9', wait: '20000' });
    expect(again.body).toEqual(first.body);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(world.time.passedMs()).toBe(0);
  });

  it('that was stored elsewhere and came here before what it had seen is answered with its own token', async () => {
    await placeOrder(world.us);
    const first = await note(world.us, 'ring');
    world.replicate(world.us, world.eu, ({ seq }) => seq === 2);
    const again = await note(world.eu, 'ring');
    expect(again.status).toBe(201);
    for (const name of ['etag', 'rejoin-token']) expect(again.headers[name]).toBe(first.headers[name]);
    expect(again.body.order).toMatchObject({ token: 'us-east-1:2', pending: 1 });
  });

  it('that cannot be read is refused', async () => {
    expectProblem(await placeOrder(world.us, { token: 'yesterday' }), 400, 'invalid-header');
    expectProblem(await placeOrder(world.us, { token: '', wait: 'long' }), 400, 'invalid-query');
    expectProblem(await placeOrder(world.us, { wait: '100' }), 400, 'invalid-query');
    expect(world.us.appended).toEqual([]);
  });

  it('is refused as a batch', async () => {
    const reply = await post(world.us, '/facts:batch', 'k', { facts: [] }, { token: 'us-east-1:1' });
    expectProblem(reply, 400, 'invalid-header');
  });
});

describe('a write that wants to be replicated', () => {
  it.each(Object.entries(writes))('of %s is created once the other region holds it', async (_, write) => {
    world.time.after(500, () => world.replicate(world.us, world.eu));
    const reply = await write(world.us, { replicated: 'all', wait: '2000' });
    expect(reply).toMatchObject({
      status: 201,
      headers: { etag: '"us-east-1:1"', location: '/orders/1001', 'rejoin-token': 'us-east-1:1' },
      body: {
        entry: { position: 'us-east-1/0000000001' },
        replication: { held: ['us-east-1', 'eu-west-1'], missing: [] },
      },
    });
    expect(world.time.passedMs()).toBeLessThan(500 + 250);
  });

  it('is accepted, and stored as ever, where the time was too short', async () => {
    const reply = await placeOrder(world.us, { replicated: 'all', wait: '1000' });
    const plain = await placeOrder(world.us);
    expect(reply.status).toBe(202);
    expect(reply.body).toEqual({ ...plain.body, replication: { held: ['us-east-1'], missing: ['eu-west-1'] } });
    const { 'idempotency-replayed': _, ...headers } = plain.headers;
    expect(reply.headers).toEqual(headers);
    expect(world.time.passedMs()).toBe(1_000);
    expect(world.us.appended).toHaveLength(1);
  });

  it('looks once where there is no wait', async () => {
    expect((await placeOrder(world.us, { replicated: 'all' })).status).toBe(202);
    expect(world.time.passedMs()).toBe(0);
  });

  it('is created when it is sent again after the entry has crossed', async () => {
    await placeOrder(world.us, { replicated: 'all', wait: '500' });
    world.replicate(world.us, world.eu);
    const again = await placeOrder(world.us, { replicated: 'all', wait: '500' });
    expect(again).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' } });
    expect(again.body.replication.missing).toEqual([]);
    expect(world.us.appended).toHaveLength(1);
  });

  it('shares one deadline with the wait for its token', async () => {
    await placeOrder(world.us);
    world.time.after(700, () => world.replicate(world.us, world.eu));
    const reply = await note(world.eu, 'ring', { token: 'us-east-1:1', replicated: 'all', wait: '1000' });
    expect(reply.status).toBe(202);
    expect(world.time.passedMs()).toBe(1_000);
  });

  it('that is refused is refused as ever', async () => {
    await placeOrder(world.us);
    const refused = { type: 'ReturnRequested', data: {} };
    const asked = { replicated: 'all', wait: '5000' };
    const reply = await post(world.us, '/orders/1001/decisions', 'return-1', refused, asked);
    expectProblem(reply, 409, 'illegal-transition');
    expect(world.time.passedMs()).toBe(0);
  });

  it('is accepted whatever breaks while it waits', async () => {
    const broken: PeerReplica = {
      region: 'eu-west-1',
      holds: () => {
        throw new TypeError('a bug');
      },
    };
    const gone: PeerReplica = {
      region: 'ap-south-1',
      holds: () => Promise.reject(new LedgerFault('unavailable', 'no answer')),
    };
    const { us } = createTwoRegionOrders({ peers: [broken, gone] });
    const reply = await placeOrder(us, { replicated: 'all', wait: '300' });
    expect(reply).toMatchObject({
      status: 202,
      body: { replication: { held: ['us-east-1'], missing: ['eu-west-1', 'ap-south-1'] } },
    });
    expect(us.appended).toHaveLength(1);
  });

  it('is answered when the time is up, however long the keys to what it holds take', async () => {
    const personalData = createTestPersonalData();
    const opener: PersonalData['opener'] = async (customer, keys) => {
      await time.sleep(9_000);
      return personalData.opener(customer, keys);
    };
    const { us, time } = createTwoRegionOrders({ personalData: { ...personalData, opener } });
    const reply = await placeOrder(us, { replicated: 'all', wait: '20000' });
    expect(reply).toMatchObject({ status: 202, body: { order: { fields: order } } });
    const legs = ['1002', '1003'].map((orderId) => ({ orderId, type: 'OrderPlaced', data: order }));
    const group = await post(us, '/commands', 'group-1', { orders: legs }, { replicated: 'all', wait: '20000' });
    expect(group).toMatchObject({ status: 202, body: { orders: [{ order: { fields: order } }, {}] } });
    expect(time.passedMs()).toBe(40_000);
  });

  it('is held by all regions of a strongly consistent table, which are not asked', async () => {
    const unasked: PeerReplica = { region: 'eu-west-1', holds: () => Promise.reject(new Error('was asked')) };
    const { us, time } = createTwoRegionOrders({ consistency: 'strong', peers: [unasked] });
    const reply = await placeOrder(us, { replicated: 'all', wait: '1000' });
    expect(reply).toMatchObject({
      status: 201,
      body: { replication: { held: ['us-east-1', 'eu-west-1'], missing: [] } },
    });
    expect(time.passedMs()).toBe(0);
  });

  it('is refused, with nothing stored, where no other region is known', async () => {
    const { us } = createTwoRegionOrders({ peers: [] });
    expectProblem(await placeOrder(us, { replicated: 'all' }), 501, 'not-implemented');
    expect(us.appended).toEqual([]);
  });

  it.each(['none', 'true', '', 'all,all', 'eu-west-1'])('refuses replicated=%s', async (replicated) => {
    const reply = await placeOrder(world.us, { replicated });
    expectProblem(reply, 400, 'invalid-query');
    expect(reply.body.detail).toContain('all');
    expect(world.us.appended).toEqual([]);
  });

  it('says nothing of replication unless it is asked', async () => {
    expect((await placeOrder(world.us)).body).not.toHaveProperty('replication');
  });
});
