import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import type { CaseLifeEvent } from '../../../domain/review/case-life.ts';
import { createListedCases, disputed, early, type ListedCaseText } from '../../support/listed-cases.ts';
import { startMs } from '../../support/order-api-client.ts';
import { nowMs } from '../../support/projected-orders.ts';

const start = async (
  entries: readonly Entry[] = [...disputed(1), ...early(2, 3), ...disputed(3), ...disputed(1, 'other')],
) => {
  const { region, ...scene } = await createListedCases(entries);
  const caseOf = (orderId: string) => {
    const ofOrder = entries.filter(({ stream }) => stream === `order/acme/${orderId}`);
    const entry = ofOrder.find(({ id }) => region.fold(ofOrder).cases.some((it) => it.id === id));
    if (!entry) throw new Error(`${orderId} has no case`);
    return entry;
  };
  return { ...scene, caseOf };
};

const drawn: CaseLifeEvent = { kind: 'workflow-drawn', lookAtMs: startMs + 60_000 };

describe('the list of cases', () => {
  it('has those of which the region remembers nothing yet, from the views', async () => {
    const { list, caseOf } = await start();
    const { cases, cursor } = await list();
    expect(cursor).toBeUndefined();
    expect(cases.map(({ orderId }: ListedCaseText) => orderId)).toEqual(['1001', '1002', '1002', '1002', '1003']);
    const entry = caseOf('1001');
    expect(cases[0]).toEqual({
      caseId: entry.id,
      orderId: '1001',
      state: 'open',
      region: 'eu-west-1',
      position: entry.position,
      workflow: 0,
      escalations: 0,
      reasons: ['contested'],
      order: {
        status: 'shipped',
        provisional: true,
        class: 'review',
        money: { captured: 9980, refunded: 0 },
        currency: 'BRL',
        openCases: 1,
        token: 'eu-west-1:1,us-east-1:2',
      },
    });
  });

  it('says how far the review of each has come, and not the token of its task', async () => {
    const { list, caseOf, remember } = await start();
    await remember(caseOf('1001'), startMs, [drawn, { kind: 'escalated', escalations: 2 }]);
    await remember(caseOf('1003'), startMs, [drawn, { kind: 'person-asked', token: 'secret-token' }]);
    const { cases } = await list();
    const time = '2026-01-01T00:00:00.000Z';
    expect(cases[0]).toMatchObject({
      state: 'waiting',
      since: time,
      foundAt: time,
      lookAt: '2026-01-01T00:01:00.000Z',
      workflow: 1,
      escalations: 2,
    });
    expect(cases.at(-1)).toMatchObject({ state: 'with-a-person', askedAt: time });
    expect(JSON.stringify(cases)).not.toContain('secret-token');
  });

  it.each(['open', 'waiting', 'with-a-person', 'reopened', 'settled', 'withdrawn'])(
    'has those that are %s alone',
    async (state) => {
      const { list, caseOf, remember } = await start([1, 2, 3, 4, 5, 6].flatMap((order) => disputed(order)));
      const over = nowMs + 1;
      await remember(caseOf('1002'), startMs, [drawn]);
      await remember(caseOf('1003'), startMs, [drawn, { kind: 'person-asked', token: 't' }]);
      await remember(caseOf('1004'), startMs, [{ kind: 'found-withdrawn' }]);
      await remember(caseOf('1005'), over, [{ kind: 'found-settled', settledBy: '01KDVDNA00M0GZY8KQDZEF4C72' }]);
      await remember(caseOf('1006'), over, [{ kind: 'found-withdrawn' }]);
      const orderOf: Record<string, string[]> = {
        open: ['1001'],
        waiting: ['1002'],
        'with-a-person': ['1003'],
        // The row was folded after the case had been over.
        reopened: ['1004'],
        settled: ['1005'],
        withdrawn: ['1006', '1004'],
      };
      const { cases } = await list({ state });
      expect(cases.map(({ orderId }: ListedCaseText) => orderId)).toEqual(orderOf[state]);
    },
  );

  it('has no case any more that was decided after its row was folded', async () => {
    const { list, caseOf, remember } = await start(disputed(1));
    await remember(caseOf('1001'), nowMs + 1, [{ kind: 'found-settled', settledBy: '01KDVDNA00M0GZY8KQDZEF4C72' }]);
    expect(await list()).toEqual({ cases: [] });
    expect((await list({ state: 'settled' })).cases).toMatchObject([
      { orderId: '1001', state: 'settled', settledBy: '01KDVDNA00M0GZY8KQDZEF4C72' },
    ]);
  });

  it.each([1, 2, 3, 4, 100])(
    'has every case on exactly one page of %i, also of an order that fills several',
    async (limit) => {
      const { pages } = await start([...disputed(1), ...early(2, 7), ...disputed(3)]);
      const found = await pages({ limit: String(limit) });
      for (const page of found) expect(page.length).toBeLessThanOrEqual(limit);
      const ids = found.flat().map(({ caseId }) => caseId);
      expect(ids).toHaveLength(9);
      expect(ids).toEqual([...new Set(ids)].toSorted());
    },
  );

  it.each([1, 2, 5])('has what is over on exactly one page of %i, the newest first', async (limit) => {
    const { pages, caseOf, remember } = await start([1, 2, 3, 4, 5].flatMap((order) => disputed(order)));
    for (const order of ['1001', '1002', '1003', '1005'])
      await remember(caseOf(order), nowMs + 1, [{ kind: 'found-withdrawn' }]);
    await remember(caseOf('1004'), startMs, [drawn]);
    const found = await pages({ limit: String(limit), state: 'withdrawn' });
    expect(found.flat().map(({ orderId }) => orderId)).toEqual(['1005', '1003', '1002', '1001']);
  });

  it('looks on for the state that is asked for, and fills the page', async () => {
    const { list, caseOf, remember } = await start([1, 2, 3, 4, 5].flatMap((order) => disputed(order)));
    await remember(caseOf('1005'), startMs, [drawn]);
    for (const order of ['1002', '1003', '1004'])
      await remember(caseOf(order), nowMs + 1, [{ kind: 'found-withdrawn' }]);
    await remember(caseOf('1001'), nowMs + 1, [{ kind: 'found-settled', settledBy: '01KDVDNA00M0GZY8KQDZEF4C72' }]);
    for (const [state, orderId] of [
      ['settled', '1001'],
      ['waiting', '1005'],
    ] as const)
      expect((await list({ state, limit: '1' })).cases).toMatchObject([{ orderId }]);
  });

  it('lists the oldest hundred of an order with more, and says how many there are', async () => {
    const { pages } = await start(early(2, 120));
    const found = (await pages({ limit: '60' })).flat();
    expect(found).toHaveLength(100);
    expect(found[0]).toMatchObject({ order: { openCases: 120 } });
  });

  it("has no other tenant's cases", async () => {
    const { api } = await start();
    const { body } = await api.get('/cases', { as: { tenant: 'other' } });
    expect(body.cases).toHaveLength(1);
    expect((await api.get('/cases', { as: { tenant: 'nobody' } })).body).toEqual({ cases: [] });
  });

  it.each([
    ['state', { state: 'closed' }],
    ['limit', { limit: '0' }],
    ['limit', { limit: '101' }],
    ['cursor', { cursor: '' }],
    ['status', { status: 'paid' }],
  ])('refuses a %s that it does not know', async (name, query) => {
    const { api } = await start([]);
    const reply = await api.get('/cases', { query });
    expect(reply).toMatchObject({ status: 400, body: { type: 'urn:rejoin:problem:invalid-query' } });
    expect(reply.body.title).toContain(name);
  });

  it.each([
    '!',
    '!!',
    'a!',
    '!b',
    '~',
    `${'x'.repeat(127)}!`,
    '01KDVDNA00M0GZY8KQDZEF4C72/1002!01KDVDNA00M0GZY8KQDZEF4C72',
  ])('takes %s for a place in the list', async (cursor) => {
    const { list } = await start();
    for (const state of ['open', 'settled']) expect(await list({ cursor, state })).toHaveProperty('cases');
  });
});
