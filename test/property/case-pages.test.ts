/**
 * The list of cases is the same list from either end, however many cases an order has, wherever pages end, and whatever the
 * region remembers of the cases.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createListedCases, disputed, early } from '../support/listed-cases.ts';
import { nowMs } from '../support/projected-orders.ts';

/** Of an order: its number of cases, where 0 is one that two regions dispute. */
const order = fc.nat({ max: 6 });
const scene = fc.record({
  orders: fc.array(order, { maxLength: 8 }),
  withdrawn: fc.array(fc.nat({ max: 30 }), { maxLength: 5 }),
  limit: fc.integer({ min: 1, max: 9 }),
  state: fc.constantFrom(undefined, 'open', 'withdrawn'),
});

it('has every case once, and its pages of one direction are those of the other, turned round', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async ({ orders, withdrawn, limit, state }) => {
      const entries = orders.flatMap((cases, i) => (cases === 0 ? disputed(i + 1) : early(i + 1, cases)));
      const { list, pages, remember } = await createListedCases(entries);
      const all = (await list({ limit: '100' })).cases.map(({ caseId }) => caseId);
      expect(new Set(all).size).toBe(orders.reduce((sum, cases) => sum + Math.max(1, cases), 0));
      const over = new Set(withdrawn.flatMap((i) => all[i] ?? []));
      for (const entry of entries.filter(({ id }) => over.has(id)))
        await remember(entry, nowMs + 1, [{ kind: 'found-withdrawn' }]);

      const query = { limit: String(limit), ...(state !== undefined && { state }) };
      const walk = async (sort: string) => {
        const found = await pages({ ...query, sort });
        for (const page of found) expect(page.length).toBeLessThanOrEqual(limit);
        return found.flat().map(({ caseId }) => caseId);
      };
      const expected = all.filter((caseId) => over.has(caseId) === (state === 'withdrawn'));
      expect(await walk('oldest')).toEqual(expected);
      expect(await walk('newest')).toEqual(expected.toReversed());
    }),
    { numRuns: 100 },
  );
});
