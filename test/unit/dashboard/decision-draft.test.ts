import { describe, expect, it } from 'vitest';
import { compareSides } from '../../../services/dashboard/page/model/compare-sides.ts';
import {
  decisionBody,
  emptyDraft,
  isDecision,
  isSealedHere,
  otherOpenCases,
  outcomeKey,
  readDraft,
  storedStatus,
} from '../../../services/dashboard/page/model/decision-draft.ts';
import { orderChanges } from '../../../services/dashboard/page/model/order-changes.ts';
import { withdrawnBy } from '../../../services/dashboard/page/model/withdrawn-by.ts';
import type { CaseReport } from '../../../services/order-api/cases/case-report.ts';
import { createDisputedOrders, fact, taken } from '../../support/disputed-orders.ts';

const orderId = '1001';

/** A case of two regions' real order APIs, as the page reads it. */
const start = async () => {
  const orders = createDisputedOrders();
  const caseId = await orders.dispute(orderId, 'Found it cheaper');
  const read = async (id = caseId, region = orders.us): Promise<CaseReport> =>
    (await region.api.get(`/cases/${id}`, { query: { order: orderId } })).body;
  return { ...orders, caseId, read };
};

const cancelled = outcomeKey({ status: 'cancelled' });

const decide = (report: CaseReport, draft: Partial<typeof emptyDraft>) => {
  const read = readDraft(report, { ...emptyDraft, ...draft });
  if (!isDecision(read)) throw new Error(read.join(', '));
  return read;
};

describe('a decision that somebody is making', () => {
  it('lacks an outcome and a reason at first', async () => {
    const { read } = await start();
    expect(readDraft(await read(), emptyDraft)).toEqual(['outcome', 'reason']);
  });

  it.each([
    ['blank', ' \n\t ', ['reason']],
    ['a character too long', 'x'.repeat(2001), ['reason-too-long']],
  ])('cannot be sent with a reason that is %s', async (_, reason, flaws) => {
    const { read } = await start();
    expect(readDraft(await read(), { outcome: cancelled, reason, also: [] })).toEqual(flaws);
  });

  it('cannot be sent for an outcome that is offered no more', async () => {
    const { read } = await start();
    const draft = { outcome: outcomeKey({ status: 'refunded' }), reason: 'because', also: [] };
    expect(readDraft(await read(), draft)).toEqual(['outcome']);
  });

  it('is taken by the API as it is sent, with the longest reason and everything in it', async () => {
    const { read, us, caseId } = await start();
    const report = await read();
    const reason = '💳\u202e<script>'.repeat(150);
    const decision = decide(report, { outcome: cancelled, reason: `  ${reason}\n` });
    const reply = await us.api.post(`/cases/${caseId}/resolution`, 'k', decisionBody(report, decision), {
      headers: { 'if-match': `"${report.order.token}"` },
    });
    expect([reply.status, reply.body.decision]).toMatchObject([201, { reason, status: 'cancelled', stands: true }]);
  });

  it('settles other cases of the order that still wait, and names no others', async () => {
    const { read, us } = await start();
    await fact(us.api, orderId, 'ReturnReceived', 'warehouse');
    const report = await read();
    const [other = ''] = otherOpenCases(report);
    const decision = decide(report, { outcome: outcomeKey({}), reason: 'both', also: [other, 'gone'] });
    expect(decisionBody(report, decision)).toEqual({
      outcome: {},
      reason: 'both',
      alsoSettles: [other],
      order: orderId,
    });
  });

  it('says which status the API stores, also where the order is left as it stands', async () => {
    const { read, us, caseId } = await start();
    const report = await read();
    for (const outcome of [outcomeKey({}), cancelled]) {
      const decision = decide(report, { outcome, reason: 'because' });
      expect(storedStatus(report, decision)).toBe(outcome === cancelled ? 'cancelled' : 'shipped');
    }
    const decision = decide(report, { outcome: outcomeKey({}), reason: 'because' });
    const { body } = await us.api.post(`/cases/${caseId}/resolution`, 'k', decisionBody(report, decision));
    expect(body.decision.status).toBe(storedStatus(report, decision));
  });

  it('knows a value that is sealed here', () => {
    expect(isSealedHere({ fields: { shippingAddress: { sealed: true } } })).toBe(true);
    expect(isSealedHere({ fields: { shippingAddress: { city: 'Porto' } }, status: 'paid' })).toBe(false);
    expect(isSealedHere({})).toBe(false);
  });
});

describe('what has become of an order since somebody looked', () => {
  it('is nothing while the order stands', async () => {
    const { read } = await start();
    expect(orderChanges(await read(), await read())).toEqual([]);
  });

  it('names what came in and what the order became, and is the same from every region that has seen as much', async () => {
    const { read, us, eu, replicate } = await start();
    const seen = await read();
    await fact(us.api, orderId, 'OrderDelivered', 'carrier');
    replicate(us, eu);
    expect(orderChanges(seen, await read())).toEqual([
      'OrderDelivered came in at us-east-1/0000000005, from carrier.',
      'The order was shipped and is now delivered.',
      expect.stringMatching(/^You looked at it complete to .*us-east-1:4; this is .*us-east-1:5\.$/),
    ]);
    expect(orderChanges(await read(), await read(undefined, eu))).toEqual([]);
  });

  it('counts cases that opened', async () => {
    const { read, us } = await start();
    const seen = await read();
    await fact(us.api, orderId, 'ReturnReceived', 'warehouse');
    expect(orderChanges(seen, await read())).toContain('1 case of this order opened.');
  });
});

describe('the sides of a case', () => {
  it('are compared value by value, status first, with what each side changed', async () => {
    const { read } = await start();
    const { branches } = await read();
    if (!branches) throw new Error('it has sides');
    const rows = compareSides(branches);
    expect(rows[0]).toEqual({
      kind: 'status',
      name: 'status',
      base: 'paid',
      sides: [
        { region: 'eu-west-1', value: 'cancelled', isChanged: true },
        { region: 'us-east-1', value: 'shipped', isChanged: true },
      ],
      differs: true,
    });
    const captured = rows.find(({ name }) => name === 'captured');
    expect(captured).toMatchObject({ kind: 'money', base: 9980, differs: false });
    expect(rows.filter(({ kind, differs }) => kind === 'field' && differs)).toEqual([]);
  });

  it('differ in money that one of them alone has moved', () => {
    const side = (region: string, refunded: number) => ({
      region,
      cut: {},
      status: 'paid',
      money: { captured: 9980, refunded },
      fields: {},
      entries: [],
    });
    const rows = compareSides({ base: side('', 0), regions: [side('eu', 9980), side('us', 0)], differences: [] });
    expect(rows.map(({ name, differs }) => [name, differs])).toEqual([
      ['status', false],
      ['captured', false],
      ['refunded', true],
    ]);
    expect(rows[2]?.sides.map(({ isChanged }) => isChanged)).toEqual([true, false]);
  });
});

describe('the sides of a case about an address', () => {
  const sidesOf = (us: unknown, eu: unknown) => {
    const side = (region: string, shippingAddress: unknown) => ({
      region,
      cut: {},
      status: 'paid',
      money: {},
      fields: { shippingAddress },
      entries: [],
    });
    const base = side('', { line1: 'Street 1', city: 'Lisbon' });
    return compareSides({ base, regions: [side('us', us), side('eu', eu)], differences: ['shippingAddress'] });
  };

  it('differ in those of its parts that differ', () => {
    const rows = sidesOf({ line1: 'Street 1', city: 'Porto' }, { line1: 'Street 1', city: 'Faro', line2: 'Flat 3' });
    expect(rows.filter(({ differs }) => differs).map(({ name }) => name)).toEqual([
      'shippingAddress.city',
      'shippingAddress.line2',
    ]);
  });

  it('are compared as a whole where one of them is sealed here', () => {
    const rows = sidesOf({ line1: 'Street 1', city: 'Porto' }, { sealed: true });
    expect(rows.slice(1).map(({ name, differs }) => [name, differs])).toEqual([['shippingAddress', true]]);
  });
});

describe('a withdrawn case', () => {
  it('went because of what was accepted later and is applied before it', async () => {
    const { us } = await start();
    const { body } = await us.api.post('/orders', 'late', {
      orderId: 'late',
      customerId: 'c1',
      currency: 'EUR',
      lines: [{ sku: 'chair', quantity: 1, unitPrice: 4990 }],
      shippingAddress: { line1: 'Street 1', city: 'Lisbon', country: 'PT' },
    });
    expect(body.order.status).toBe('placed');
    const shipped = await fact(us.api, 'late', 'OrderShipped', 'carrier');
    await taken(us.api, '/orders/late/decisions', 'note', { type: 'NoteChanged', data: { note: 'Ring twice' } });
    const paid = await fact(us.api, 'late', 'PaymentCaptured', 'psp', { amount: 4990 });
    const report: CaseReport = (await us.api.get(`/cases/${shipped.entry.id}`, { query: { order: 'late' } })).body;
    expect(report.state).toBe('withdrawn');
    expect(withdrawnBy(report).map(({ id }) => id)).toEqual([paid.entry.id]);
  });
});
