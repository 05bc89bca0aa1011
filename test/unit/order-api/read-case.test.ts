import { describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { cancelled, noteChanged, packed, paid, placed, shipped } from '../../support/builders/retail-drafts.ts';
import { createDisputedOrders, fact, taken } from '../../support/disputed-orders.ts';
import { createTestApi, startMs } from '../../support/order-api-client.ts';
import { createTestPersonalData } from '../../support/personal-data.ts';

const hostile = '"><script>alert(1)</script>\u001b[2J\u202e$(jndi)';

const start = async (reason = hostile) => {
  const orders = createDisputedOrders();
  const caseId = await orders.dispute('1001', reason);
  return { ...orders, caseId };
};

const byOrder = { query: { order: '1001' } };

describe('the page of a case', () => {
  it('shows both sides as each saw the order, and in what they differ', async () => {
    const { us, caseId, remember } = await start();
    await remember('1001', caseId, [{ kind: 'workflow-drawn', lookAtMs: startMs + 60_000 }]);
    const reply = await us.api.get(`/cases/${caseId}`);
    expect(reply).toMatchObject({ status: 200, headers: { etag: '"eu-west-1:1,us-east-1:4"' } });
    expect(reply.body).toMatchObject({
      caseId,
      orderId: '1001',
      region: 'us-east-1',
      state: 'waiting',
      position: 'eu-west-1/0000000001',
      acceptedIn: 'eu-west-1',
      reasons: ['contested'],
      order: { status: 'shipped', provisional: true, class: 'review', money: { captured: 9980 }, openCases: [caseId] },
      branches: {
        base: { cut: { 'us-east-1': 2 }, status: 'paid' },
        regions: [
          { region: 'eu-west-1', status: 'cancelled', money: { captured: 9980 }, entries: [caseId] },
          { region: 'us-east-1', status: 'shipped', money: { captured: 9980 } },
        ],
        differences: ['status'],
      },
      decisions: [],
      life: { state: 'waiting', workflow: 1, lookAt: '2026-01-01T00:01:00.000Z' },
    });
    const { opponents, branches } = reply.body;
    expect(branches.regions[1].entries).toEqual(expect.arrayContaining(opponents));
  });

  it('offers outcomes, each with the state that a decision for it then has', async () => {
    const { us, caseId, remember } = await start();
    await remember('1001', caseId);
    const { body } = await us.api.get(`/cases/${caseId}`);
    const offered = body.outcomes.map(({ outcome }: { outcome: object }) => outcome);
    expect(offered).toEqual(expect.arrayContaining([{}, { status: 'cancelled' }]));
    for (const { outcome, preview } of body.outcomes) {
      const { us: other, caseId: otherId, remember: also } = await start();
      await also('1001', otherId);
      const decided = await other.api.post(`/cases/${otherId}/resolution`, 'd', { outcome, reason: 'r' });
      const { status, provisional, class: streamClass, money, legalMoves } = decided.body.order;
      expect({ status, provisional, class: streamClass, money, legalMoves }).toEqual({
        ...preview,
        fields: undefined,
        openCases: undefined,
      });
    }
  });

  it('tells the history with what each entry said and why it was rejected, hostile text and all', async () => {
    const { us, caseId } = await start();
    const { body } = await us.api.get(`/cases/${caseId}`, byOrder);
    expect(body.history.map(({ events }: { events: { type: string }[] }) => events[0]?.type)).toEqual([
      'OrderPlaced',
      'PaymentCaptured',
      'OrderPacked',
      'OrderShipped',
      'OrderCancelled',
    ]);
    expect(body.history.at(-1)).toMatchObject({
      id: caseId,
      region: 'eu-west-1',
      accepted: false,
      events: [{ type: 'OrderCancelled', data: { reason: hostile } }],
      case: { reasons: ['contested'] },
    });
    expect(body.history[0].events[0].data.shippingAddress).toEqual(placed().data['shippingAddress']);
    expect(body.leftOut).toBe(0);
  });

  it('leaves closed what its keys do not open', async () => {
    const { us, caseId } = await start();
    const strangers = createTestPersonalData({
      keyStore: { list: async () => [], put: async () => 'stored' } as never,
    });
    const api = createTestApi(us.store, { personalData: strangers });
    const { body } = await api.get(`/cases/${caseId}`, byOrder);
    expect(body.history.at(-1).events).toEqual([{ type: 'OrderCancelled', data: { reason: { sealed: true } } }]);
    for (const { fields } of [body.order, body.branches.base, ...body.branches.regions])
      expect(fields.shippingAddress).toEqual({ sealed: true });
  });

  it('says that the ledger cannot be reached when the keys cannot be had', async () => {
    const { us, caseId } = await start();
    const list = () => Promise.reject(new LedgerFault('unavailable', 'no keys'));
    const personalData = createTestPersonalData({ keyStore: { list, put: list } as never });
    const reply = await createTestApi(us.store, { personalData }).get(`/cases/${caseId}`, byOrder);
    expect(reply.status).toBe(503);
  });

  it('follows the ledger where what the region remembers is late', async () => {
    const { us, caseId, remember } = await start();
    expect((await us.api.get(`/cases/${caseId}`, byOrder)).body.state).toBe('open');
    await remember('1001', caseId, [{ kind: 'found-withdrawn' }]);
    expect((await us.api.get(`/cases/${caseId}`)).body).toMatchObject({
      state: 'reopened',
      life: { state: 'withdrawn' },
    });
    const decided = await us.api.post(`/cases/${caseId}/resolution`, 'd', { outcome: {}, reason: 'kept' });
    const { body } = await us.api.get(`/cases/${caseId}`);
    expect(body).toMatchObject({
      state: 'settled',
      settledBy: decided.body.decision.entryId,
      outcomes: [],
      branches: { differences: ['status'] },
      decisions: [{ reason: 'kept', stands: true }],
    });
  });

  it('is there also where what the region remembers holds times that are none', async () => {
    const { us, caseId, remember, lives } = await start();
    await remember('1001', caseId);
    const { life, revision } = await lives.read({ stream: 'order/acme/1001', caseId });
    if (!life) throw new Error('nothing is remembered');
    await lives.replace({ ...life, sinceMs: 1e300 }, revision);

    expect(await us.api.get(`/cases/${caseId}`, byOrder)).toMatchObject({ status: 200, body: { state: 'open' } });
    expect(await us.api.get('/cases', { query: { state: 'settled' } })).toMatchObject({ status: 200 });
  });

  it('has no sides once there is nothing to decide', async () => {
    const { us } = await start();
    await taken(us.api, '/orders', 'place-2', { orderId: '2', ...placed().data });
    const { entry } = await fact(us.api, '2', 'OrderPacked', 'warehouse');
    await fact(us.api, '2', 'PaymentCaptured', 'psp', { amount: 1 });
    const { body } = await us.api.get(`/cases/${entry.id}`, { query: { order: '2' } });
    expect(body).toMatchObject({ state: 'withdrawn', reasons: [], outcomes: [] });
    expect(body).not.toHaveProperty('branches');
  });

  it('never shows the token under which a workflow waits', async () => {
    const { us, caseId, remember } = await start();
    const token = 'a-token-of-a-task';
    await remember('1001', caseId, [
      { kind: 'workflow-drawn', lookAtMs: 0 },
      { kind: 'person-asked', token },
    ]);
    const { body } = await us.api.get(`/cases/${caseId}`);
    expect(body.life).toMatchObject({ state: 'with-a-person', askedAt: '2026-01-01T00:00:00.000Z' });
    expect(JSON.stringify(body)).not.toContain(token);
  });

  it('names the other orders of a command over several', async () => {
    const { us, eu, meet } = await start();
    for (const orderId of ['2', '3']) {
      await taken(us.api, '/orders', `place-${orderId}`, { orderId, ...placed().data });
      await fact(us.api, orderId, 'PaymentCaptured', 'psp', { amount: 1 });
    }
    meet();
    const legs = ['2', '3'].map((orderId) => ({ orderId, type: 'OrderCancelled', data: {} }));
    const group = await taken(eu.api, '/commands', 'group', { orders: legs });
    await fact(us.api, '2', 'OrderShipped', 'carrier');
    meet();
    const { body } = await us.api.get(`/cases/${group.orders[0].entry.id}`, { query: { order: '2' } });
    expect(body.group).toEqual({ commandId: group.commandId, orderIds: ['2', '3'] });
  });

  it('waits until it covers what the client has seen', async () => {
    const { us, eu, replicate, caseId } = await start();
    await taken(eu.api, '/orders/1001/decisions', 'tag', { type: 'TagAdded', data: { tag: 'gift' } });
    const headers = { 'rejoin-token': 'eu-west-1:2,us-east-1:4' };
    expect((await us.api.get(`/cases/${caseId}`, { ...byOrder, headers })).status).toBe(425);
    replicate(eu, us);
    expect((await us.api.get(`/cases/${caseId}`, { ...byOrder, headers })).status).toBe(200);
  });

  it('is not there for another tenant, for another order, or for what is no case', async () => {
    const { us, caseId, remember } = await start();
    await remember('1001', caseId);
    const other = { as: { tenant: 'other' } };
    expect((await us.api.get(`/cases/${caseId}`, other)).status).toBe(404);
    expect((await us.api.get(`/cases/${caseId}`, { ...other, ...byOrder })).status).toBe(404);
    expect((await us.api.get(`/cases/${caseId}`, { query: { order: '9' } })).status).toBe(404);
    expect((await us.api.get('/cases/01KDVDNA00M0GZY8KQDZEF4C72', byOrder)).status).toBe(404);
    expect((await us.api.get('/cases/1001')).status).toBe(400);
    expect((await us.api.get(`/cases/${caseId}`, { query: { order: 'a/b' } })).status).toBe(400);
    expect((await us.api.get(`/cases/${caseId}`)).status).toBe(200);
  });
});

describe('the page of a case of an order that a loop filled', () => {
  /** `size` events of a thousand characters an entry. */
  const fill = async (notes: number, size: number) => {
    const ledger = createLedger({ stream: 'order/acme/1001' });
    const [us, eu] = [ledger.at('us-east-1'), ledger.at('eu-west-1')];
    us.append(placed());
    us.append(paid());
    ledger.replicateAll();
    us.append(packed());
    us.append(shipped());
    const { id } = eu.append(cancelled());
    ledger.replicateAll();
    for (let i = 0; i < notes; i++)
      us.append(Array.from({ length: size }, () => noteChanged(`${i}`.padEnd(1_000, '.'))));
    const store = createInMemoryEventStore({ sha256 });
    for (const entry of ledger.entries()) await store.append(entry);
    const { body } = await createTestApi(store).get(`/cases/${id}`, byOrder);
    return { body, id };
  };

  it('has the newest steps, and those that the case is between', async () => {
    const { body, id } = await fill(300, 1);
    expect(body.history.length).toBeGreaterThan(200);
    expect(body.history.length + body.leftOut).toBe(305);
    const shown = body.history.map((step: { id: string }) => step.id);
    expect(shown).toEqual(expect.arrayContaining([id, ...body.opponents]));
    expect(body.history.at(-1).events[0].data.note).toMatch(/^299\./);
  });

  it('has no more payload than fits an answer, and that of the case first', async () => {
    const { body, id } = await fill(150, 9);
    const dataOf = (step: { events: { data?: object }[] }) => step.events[0]?.data;
    expect(JSON.stringify(body).length).toBeLessThan(2 * 1024 * 1024);
    expect(dataOf(body.history.find((step: { id: string }) => step.id === id))).toEqual({});
    expect(dataOf(body.history.at(-1))).toBeDefined();
    expect(body.history.filter((step: never) => dataOf(step) === undefined).length).toBeGreaterThan(10);
  });
});
