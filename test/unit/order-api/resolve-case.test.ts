import { describe, expect, it } from 'vitest';
import { address } from '../../support/builders/retail-drafts.ts';
import { createDisputedOrders, fact, taken } from '../../support/disputed-orders.ts';
import type { OrderApiClient, RequestOptions } from '../../support/order-api-client.ts';

const start = async () => {
  const orders = createDisputedOrders();
  const caseId = await orders.dispute('1001');
  await orders.remember('1001', caseId);
  return { ...orders, caseId, stored: () => orders.us.store.load('order/acme/1001').then((it) => it.entries.length) };
};

const keepIt = { outcome: { status: 'delivered' }, reason: 'The customer keeps the parcel' };

const decide = (
  api: OrderApiClient,
  caseId: string,
  key: string,
  body: object = keepIt,
  options: RequestOptions = {},
) => api.post(`/cases/${caseId}/resolution`, key, body, options);

describe('deciding a case', () => {
  it('stores the decision, and says what it was and how the order stands', async () => {
    const { us, caseId, stored } = await start();
    const before = await stored();
    const reply = await decide(us.api, caseId, 'd-1', keepIt, { as: { subject: 'ana' } });
    expect(reply).toMatchObject({
      status: 201,
      headers: { etag: '"eu-west-1:1,us-east-1:5"', location: `/cases/${caseId}` },
      body: {
        caseId,
        decision: { actor: 'ana', region: 'us-east-1', status: 'delivered', reason: keepIt.reason, stands: true },
        order: { status: 'delivered', class: 'precedence', cases: [] },
      },
    });
    expect(reply.body).not.toHaveProperty('decidedBefore');
    expect(await stored()).toBe(before + 1);
    const { entries } = await us.store.load('order/acme/1001');
    expect(entries.find(({ id }) => id === reply.body.decision.entryId)).toMatchObject({
      source: 'reviewer',
      actor: 'ana',
      events: [{ type: 'ConflictResolved', data: { cases: [caseId], status: 'delivered', reason: keepIt.reason } }],
    });
  });

  it('says how the order stands, and not what it is about, to who may only decide', async () => {
    const { us, caseId } = await start();
    const { body } = await decide(us.api, caseId, 'd-1', keepIt, { as: { scopes: ['reviews:decide'] } });
    expect(body.order).toMatchObject({ status: 'delivered' });
    for (const name of ['fields', 'money', 'cases']) expect(body.order).not.toHaveProperty(name);
  });

  it('lets the order stand as it is when nothing is chosen', async () => {
    const { us, caseId } = await start();
    const reply = await decide(us.api, caseId, 'd-1', { outcome: {}, reason: 'fine' });
    expect(reply.body).toMatchObject({
      decision: { stands: true, status: 'shipped' },
      order: { status: 'shipped', provisional: false },
    });
  });

  it('answers a retry with the first outcome', async () => {
    const { us, caseId, stored } = await start();
    const first = await decide(us.api, caseId, 'd-1');
    const again = await decide(us.api, caseId, 'd-1');
    expect(again).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' }, body: first.body });
    expect(await stored()).toBe(6);
    expect(await decide(us.api, caseId, 'd-1', { outcome: {}, reason: 'else' })).toMatchObject({ status: 422 });
  });

  it('tells whoever comes second what the first decided, and stores nothing', async () => {
    const { us, caseId, stored } = await start();
    await decide(us.api, caseId, 'd-1', keepIt, { as: { subject: 'ana' } });
    for (const headers of [{}, { 'if-match': '*' }, { 'if-match': '"eu-west-1:1,us-east-1:4"' }]) {
      const reply = await decide(
        us.api,
        caseId,
        'd-2',
        { outcome: { status: 'cancelled' }, reason: 'no' },
        { headers },
      );
      expect(reply).toMatchObject({
        status: 200,
        body: { decidedBefore: true, decision: { actor: 'ana', status: 'delivered' }, order: { status: 'delivered' } },
      });
    }
    expect(await stored()).toBe(6);
  });

  it.each([[{}], [{ 'if-match': '*' }], [{ 'if-match': '"eu-west-1:1,us-east-1:4"' }]])(
    'takes one of many decisions that come at once, under %j',
    async (headers) => {
      const { us, caseId, stored } = await start();
      const statuses = ['delivered', 'cancelled', 'refunded', 'returned'];
      const replies = await Promise.all(
        statuses.map((status) =>
          decide(us.api, caseId, `d-${status}`, { outcome: { status }, reason: 'r' }, { headers }),
        ),
      );
      expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 201]);
      expect(new Set(replies.map(({ body }) => body.decision.entryId)).size).toBe(1);
      expect(await stored()).toBe(6);
    },
  );

  it('keeps both decisions of two regions that do not see each other, and one of them stands', async () => {
    const { us, eu, meet, caseId } = await start();
    await decide(us.api, caseId, 'd-us', { outcome: { status: 'delivered' }, reason: 'us' });
    await decide(eu.api, caseId, 'd-eu', { outcome: { status: 'cancelled' }, reason: 'eu' });
    meet();
    for (const { api } of [us, eu]) {
      const { body } = await api.get(`/cases/${caseId}`);
      expect(body.decisions.map(({ reason }: { reason: string }) => reason).toSorted()).toEqual(['eu', 'us']);
      expect(body.decisions.filter(({ stands }: { stands: boolean }) => stands)).toHaveLength(1);
    }
  });

  it('is refused for a state that has moved on', async () => {
    const { us, caseId, stored } = await start();
    await taken(us.api, '/orders/1001/decisions', 'tag', { type: 'TagAdded', data: { tag: 'gift' } });
    const headers = { 'if-match': '"eu-west-1:1,us-east-1:4"' };
    const reply = await decide(us.api, caseId, 'd-1', keepIt, { headers });
    expect(reply).toMatchObject({ status: 412, body: { token: 'eu-west-1:1,us-east-1:5' } });
    expect(await stored()).toBe(6);
  });

  it('chooses between the values of a field, and hears of that as of any decision', async () => {
    const { us, eu, meet, remember } = await start();
    await taken(us.api, '/orders', 'place-2', { orderId: '2', customerId: 'c', currency: 'EUR', ...lines('Rome') });
    meet();
    const change = (city: string) => ({ type: 'AddressChanged', data: { shippingAddress: address(city) } });
    const ours = await taken(us.api, '/orders/2/decisions', 'a', change('Oslo'));
    const theirs = await taken(eu.api, '/orders/2/decisions', 'b', change('Bern'));
    meet();
    const caseId = [ours.entry.id, theirs.entry.id].sort()[1];
    await remember('2', caseId);
    const outcome = { fields: { shippingAddress: address('Oslo') } };
    expect(await decide(us.api, caseId, 'd-1', { outcome, reason: 'asked' })).toMatchObject({
      status: 201,
      body: { decision: { ...outcome, stands: true }, order: { fields: outcome.fields } },
    });
    expect(await decide(us.api, caseId, 'd-2', { outcome: {}, reason: 'late' })).toMatchObject({
      status: 200,
      body: { decidedBefore: true, decision: { reason: 'asked' } },
    });
    expect((await us.api.get(`/cases/${caseId}`)).body).toMatchObject({
      state: 'settled',
      reasons: ['field-disputed'],
    });
    const { entries } = await us.store.load('order/acme/2');
    expect(JSON.stringify(entries), 'the address is sealed').not.toContain('Oslo');
  });

  it('settles other cases of the order with it, and refuses what is none', async () => {
    const { us, caseId } = await start();
    const early = await fact(us.api, '1001', 'ReturnReceived', 'warehouse');
    const other = await decide(us.api, caseId, 'd-1', { ...keepIt, alsoSettles: ['01KDVDNA00M0GZY8KQDZEF4C72'] });
    expect(other).toMatchObject({ status: 404, body: { caseId: '01KDVDNA00M0GZY8KQDZEF4C72' } });
    const reply = await decide(us.api, caseId, 'd-1', { ...keepIt, alsoSettles: [early.entry.id] });
    expect(reply).toMatchObject({ status: 201, body: { order: { cases: [] } } });
  });

  it('finds a case that the region does not remember in the order that is named', async () => {
    const { us, dispute } = await start();
    const caseId = await dispute('1002');
    expect(await decide(us.api, caseId, 'd-1')).toMatchObject({ status: 404, body: { caseId } });
    expect((await decide(us.api, caseId, 'd-1', { ...keepIt, order: '1001' })).status).toBe(404);
    expect((await decide(us.api, caseId, 'd-1', { ...keepIt, order: '1002' })).status).toBe(201);
  });

  it('has nothing to decide once what was missing has come', async () => {
    const { us, remember } = await start();
    await taken(us.api, '/orders', 'place-2', { orderId: '2', customerId: 'c', currency: 'EUR', ...lines('Rome') });
    const early = await fact(us.api, '2', 'OrderPacked', 'warehouse');
    await remember('2', early.entry.id);
    await fact(us.api, '2', 'PaymentCaptured', 'psp', { amount: 1 });
    expect(await decide(us.api, early.entry.id, 'd-1')).toMatchObject({
      status: 409,
      body: { type: 'urn:rejoin:problem:case-withdrawn', caseId: early.entry.id },
    });
  });

  it("shows nobody another tenant's case", async () => {
    const { us, caseId, stored } = await start();
    for (const body of [keepIt, { ...keepIt, order: '1001' }])
      expect((await decide(us.api, caseId, 'd-1', body, { as: { tenant: 'other' } })).status).toBe(404);
    expect(await stored()).toBe(5);
  });

  it('waits for what the client has seen elsewhere', async () => {
    const { us, eu, caseId, replicate } = await start();
    await taken(eu.api, '/orders/1001/decisions', 'tag', { type: 'TagAdded', data: { tag: 'gift' } });
    const headers = { 'rejoin-token': 'eu-west-1:2,us-east-1:4' };
    expect((await decide(us.api, caseId, 'd-1', keepIt, { headers })).status).toBe(425);
    replicate(eu, us);
    expect((await decide(us.api, caseId, 'd-1', keepIt, { headers })).status).toBe(201);
  });
});

describe('a decision that cannot be read', () => {
  it.each([
    ['/outcome/status', { outcome: { status: 'lost' }, reason: 'r' }],
    ['/outcome/status', { outcome: { status: 'none' }, reason: 'r' }],
    ['/outcome/fields/colour', { outcome: { fields: { colour: 'red' } }, reason: 'r' }],
    ['/outcome/fields/points', { outcome: { fields: { points: 3 } }, reason: 'r' }],
    ['/outcome/fields/shippingAddress', { outcome: { fields: { shippingAddress: { sealed: true } } }, reason: 'r' }],
    ['/reason', { outcome: {}, reason: '' }],
    ['/reason', { outcome: {}, reason: 'r'.repeat(2001) }],
    ['/outcome', { reason: 'r' }],
    ['/alsoSettles/0', { outcome: {}, reason: 'r', alsoSettles: ['x'] }],
    ['/order', { outcome: {}, reason: 'r', order: 'a/b' }],
    ['', { outcome: {}, reason: 'r', extra: 1 }],
  ])('says that %s is wrong, whatever became of the case', async (pointer, body) => {
    const { us, caseId, stored } = await start();
    for (const id of [caseId, '01KDVDNA00M0GZY8KQDZEF4C72']) {
      const reply = await decide(us.api, id, 'd-1', body);
      expect(reply.status).toBe(400);
      expect(reply.body.errors.map((it: { pointer: string }) => it.pointer).join()).toContain(pointer);
    }
    expect(await stored()).toBe(5);
  });

  it.each(['1001', 'x', '01kdvdna00m0gzy8kqdzef4c72', '__proto__'])('refuses %s as the id of a case', async (id) => {
    const { us } = await start();
    const reply = await decide(us.api, id, 'd-1');
    expect(reply).toMatchObject({ status: 400, body: { type: 'urn:rejoin:problem:invalid-case-id' } });
  });

  it('asks for a key', async () => {
    const { us, caseId } = await start();
    expect((await decide(us.api, caseId, '')).body.type).toBe('urn:rejoin:problem:missing-idempotency-key');
  });
});

const lines = (city: string) => ({
  lines: [{ sku: 'chair', quantity: 1, unitPrice: 1 }],
  shippingAddress: address(city),
});
