import { describe, expect, it } from 'vitest';
import type { StoredView, ViewStore } from '../../../domain/ports/view-store.ts';
import { compareTotals } from '../../../projections/rebuild/compare-totals.ts';
import type { OrderView } from '../../../projections/views/order-view.ts';
import { createRegion, type Region, someOrders } from './rebuild-region.ts';

const views = (region: Region): ViewStore<OrderView> => region.openViews('g0001');

/** Something happens each time that the rows are added up, the first so many times. */
const whileAddingUp = (region: Region, times: number, happen: (time: number) => Promise<void>) => {
  let happened = 0;
  return {
    allTotals: () => views(region).allTotals(),
    all: async function* (part?: { part: number; parts: number }): AsyncGenerator<StoredView<OrderView>> {
      let hasHappened = false;
      for await (const row of views(region).all(part)) {
        yield row;
        if (part?.part !== 0) continue;
        if (happened < times && !hasHappened) await happen(happened++);
        hasHappened = true;
      }
    },
  };
};

describe('comparing totals', () => {
  const waits: number[] = [];
  const compare = (store: Parameters<typeof compareTotals>[0]) =>
    compareTotals(store, { parts: 2, sleep: async (ms) => void (ms > 0 && waits.push(ms)) });

  it('finds those of a quiet region equal to the sums of the rows', async () => {
    const region = createRegion();
    await region.holdAndProject([...someOrders(20), ...someOrders(3, { tenant: 'globex' })]);
    expect(await compare(views(region))).toEqual({
      tenantsQuiet: 2,
      tenantsBusy: 0,
      differences: 0,
      firstDifferences: [],
    });
    expect(waits).toEqual([]);
  });

  it('tries again for a tenant that was written to, and compares the others at once', async () => {
    const region = createRegion();
    await region.holdAndProject([...someOrders(20), ...someOrders(3, { tenant: 'globex' })]);
    const store = whileAddingUp(region, 1, async (time) => region.holdAndProject(someOrders(1, { first: 100 + time })));
    expect(await compare(store)).toMatchObject({ tenantsQuiet: 2, tenantsBusy: 0, differences: 0 });
    expect(waits).toHaveLength(1);
  });

  it('says which tenants were never quiet, and still finds lost orders there', async () => {
    const region = createRegion();
    await region.holdAndProject(someOrders(20));
    let next = 1_000;
    const busy = () => whileAddingUp(region, 10, async () => region.holdAndProject(someOrders(1, { first: next++ })));
    expect(await compare(busy())).toMatchObject({ tenantsQuiet: 0, tenantsBusy: 1, differences: 0 });

    const forgetful = busy();
    const all: typeof forgetful.all = async function* (part) {
      let left = 0;
      for await (const row of forgetful.all(part)) if (left++ > 15) yield row;
    };
    const compared = await compare({ ...forgetful, all });
    expect(compared).toMatchObject({ tenantsQuiet: 0, tenantsBusy: 1 });
    expect(compared.firstDifferences.map(({ name }) => name)).toContain('orders');
  });

  it('finds totals of a tenant without rows, and rows of a tenant without totals', async () => {
    const region = createRegion();
    await region.holdAndProject(someOrders(2));
    const without = (what: 'all' | 'allTotals') => ({
      all: (part?: { part: number; parts: number }) => (what === 'all' ? nothing() : views(region).all(part)),
      allTotals: () => (what === 'allTotals' ? nothing() : views(region).allTotals()),
    });
    expect((await compare(without('all'))).firstDifferences).toContainEqual(
      expect.objectContaining({ name: 'orders', stored: 2, summed: 0 }),
    );
    expect((await compare(without('allTotals'))).firstDifferences).toContainEqual(
      expect.objectContaining({ name: 'orders', stored: 0, summed: 2 }),
    );
  });
});

async function* nothing(): AsyncGenerator<never> {}
