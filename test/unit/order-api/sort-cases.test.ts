/** The list of cases from either end, and what its pages cost. */
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import type { ControlStore } from '../../../domain/ports/control-store.ts';
import type { CaseLifeEvent } from '../../../domain/review/case-life.ts';
import { createCaseLives } from '../../../services/review/case-lives.ts';
import { createListedCases, disputed, early, type ListedCaseText } from '../../support/listed-cases.ts';
import { createTestApi } from '../../support/order-api-client.ts';
import { nowMs } from '../../support/projected-orders.ts';

const settled: CaseLifeEvent = { kind: 'found-settled', settledBy: '01KDVDNA00M0GZY8KQDZEF4C72' };
const withdrawn: CaseLifeEvent = { kind: 'found-withdrawn' };
const over = nowMs + 1;

/** Orders 1001 to 1009, one case each, and what each case's entry is. */
const nineOrders = async () => {
  const orders = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((order) => disputed(order));
  const scene = await createListedCases(orders.flat());
  const caseOf = (order: number): Entry => {
    const entries = orders[order - 1] ?? [];
    const entry = entries.find(({ id }) => scene.region.fold(entries).cases.some((it) => it.id === id));
    if (!entry) throw new Error(`${order} has no case`);
    return entry;
  };
  return { ...scene, caseOf };
};

const orderIds = (cases: readonly ListedCaseText[]): readonly string[] => cases.map(({ orderId }) => orderId);

describe('the list of cases', () => {
  it('has its last page of one direction as the first of the other', async () => {
    const { pages, list } = await createListedCases([...disputed(1), ...early(2, 7), ...disputed(3)]);
    const last = (await pages({ limit: '3' })).at(-1) ?? [];
    expect(last).toHaveLength(3);
    expect((await list({ limit: '3', sort: 'newest' })).cases).toEqual(last.toReversed());
  });

  it('has its own direction under its name, too', async () => {
    const { list, remember, caseOf } = await nineOrders();
    for (const order of [2, 4]) await remember(caseOf(order), over, [settled]);
    expect(await list({ sort: 'oldest', limit: '3' })).toEqual(await list({ limit: '3' }));
    expect(await list({ sort: 'newest', state: 'settled' })).toEqual(await list({ state: 'settled' }));
    expect(orderIds((await list({ sort: 'newest', limit: '3' })).cases)).toEqual(['1009', '1008', '1007']);
    expect(orderIds((await list({ sort: 'oldest', state: 'settled' })).cases)).toEqual(['1002', '1004']);
  });

  it.each([
    ['newest', 'oldest', undefined],
    ['oldest', 'newest', 'settled'],
  ])('goes on in the direction of its cursor, and in no other (%s)', async (sort, own, state) => {
    const { api, list, remember, caseOf } = await nineOrders();
    for (const order of [2, 4, 6, 8]) await remember(caseOf(order), over, [settled]);
    const asked = { limit: '2', ...(state !== undefined && { state }) };
    for (const [here, there] of [
      [sort, own],
      [own, sort],
    ] as const) {
      const { cursor = '' } = await list({ ...asked, sort: here });
      const second = await list({ ...asked, sort: here, cursor });
      expect(second.cases).toHaveLength(2);
      expect(await list({ ...asked, cursor })).toEqual(second);
      const reply = await api.get('/cases', { query: { ...asked, sort: there, cursor } });
      expect(reply).toMatchObject({ status: 400, body: { type: 'urn:rejoin:problem:invalid-query' } });
      expect(`${reply.body.title} ${reply.body.detail}`).toMatch(new RegExp(`cursor.*${here} first.*sort`));
    }
  });

  it.each(['-', '-!', '-!!', '-a!', '-!b', '-~', '--', `-${'x'.repeat(126)}!`])(
    'takes %s for a place in the list that was turned round',
    async (cursor) => {
      const { list } = await nineOrders();
      expect(await list({ cursor, sort: 'newest' })).toHaveProperty('cases');
      expect(await list({ cursor, sort: 'oldest', state: 'withdrawn' })).toHaveProperty('cases');
    },
  );

  it('refuses a direction that it does not know', async () => {
    const { api } = await nineOrders();
    for (const sort of ['', 'Newest', 'desc', 'oldest,newest', '__proto__']) {
      const reply = await api.get('/cases', { query: { sort } });
      expect(reply).toMatchObject({ status: 400, body: { detail: 'One of oldest, newest.' } });
      expect(reply.body.title).toContain('sort');
    }
  });

  it('shows what is over at once, however many newer ones wait', async () => {
    const { list, remember, caseOf } = await nineOrders();
    await remember(caseOf(1), over, [settled]);
    for (const order of [2, 3, 4, 5, 6, 7, 8, 9])
      await remember(caseOf(order), over, [{ kind: 'workflow-drawn', lookAtMs: over }]);
    expect(await list({ state: 'settled', limit: '1' })).toMatchObject({ cases: [{ orderId: '1001' }] });
    expect((await list({ state: 'withdrawn', limit: '1' })).cases).toEqual([]);
  });

  it('shows a case as what it was found to be last', async () => {
    const { pages, remember, caseOf } = await nineOrders();
    await remember(caseOf(1), over, [settled]);
    await remember(caseOf(1), over, [withdrawn]);
    await remember(caseOf(2), over, [withdrawn]);
    await remember(caseOf(2), over, [{ kind: 'found-open' }]);
    await remember(caseOf(3), over, [withdrawn]);
    await remember(caseOf(3), over, [{ kind: 'found-open' }]);
    await remember(caseOf(3), over, [settled]);
    for (const limit of ['1', '50']) {
      expect((await pages({ state: 'settled', limit })).flatMap(orderIds)).toEqual(['1003']);
      expect((await pages({ state: 'withdrawn', limit })).flatMap(orderIds)).toEqual(['1001']);
      expect((await pages({ state: 'reopened', limit })).flatMap(orderIds)).toEqual(['1002']);
    }
  });

  it('fills a page also where it has to look on for the last of them', async () => {
    const { pages, remember, caseOf } = await nineOrders();
    for (const order of [1, 2, 4, 6, 8, 9])
      await remember(caseOf(order), over, [{ kind: 'workflow-drawn', lookAtMs: over }]);
    const found = await pages({ state: 'waiting', limit: '4' });
    expect(found.map(orderIds)).toEqual([
      ['1001', '1002', '1004', '1006'],
      ['1008', '1009'],
    ]);
  });

  it('reads the lives of a page together', async () => {
    const { region, remember, caseOf } = await nineOrders();
    for (const order of [1, 2]) await remember(caseOf(order), over, [settled]);
    const reads: string[] = [];
    const noted = new Proxy(region.controlStore, {
      get: (store, name: keyof ControlStore) => {
        reads.push(name);
        return store[name];
      },
    });
    const lives = createCaseLives(noted);
    const api = createTestApi(region.eventStore, { views: region.openViews('g0001'), lives });
    await api.get('/cases');
    expect(reads.splice(0)).toEqual(['getAll']);
    await api.get('/cases', { query: { state: 'settled' } });
    expect(reads).toEqual(['page', 'getAll']);
  });
});
