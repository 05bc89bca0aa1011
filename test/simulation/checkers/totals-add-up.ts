/**
 * A tenant's totals are the sum of what its rows contribute, in every generation and at every moment: rows and totals
 * change together. Added up here, row by row, and once more in the end from all rows that are there.
 */
import type { Totals } from '../../../domain/ports/view-store.ts';
import type { ViewRow } from '../model/view-tables.ts';
import type { Checker, Words } from './checker.ts';

export const totalsAddUp = (): Checker => {
  /** By region, generation and tenant. */
  const sums = new Map<string, Record<string, number>>();
  return {
    invariant: '7 totals are the sum of what the rows contribute',
    onRow: ({ region, generation, row, before }) => {
      const state = region.generations().generations.find(({ name }) => name === generation)?.state;
      // Nobody reads it any more, and its rows and totals go one after the other.
      if (!row || state === undefined || state === 'removing') return undefined;
      const key = `${region.name} ${generation} ${row.view.listing.tenant}`;
      const sum = sums.get(key) ?? {};
      addTo(sum, row.view.contribution, 1);
      addTo(sum, before?.view.contribution ?? {}, -1);
      sums.set(key, sum);
      return wrongTotals(sum, region.views.totals(generation).get(row.view.listing.tenant), key);
    },
    checkRegion: ({ name, views, generations }) => {
      for (const { name: generation, state } of generations().generations) {
        if (state === 'removing') continue;
        for (const [tenant, rows] of Map.groupBy(views.rows(generation).values(), tenantOf)) {
          const sum = addUp(rows.map(({ view }) => view.contribution));
          const words = wrongTotals(sum, views.totals(generation).get(tenant), `${name} ${generation} ${tenant}`);
          if (words) return words;
        }
      }
      return undefined;
    },
  };
};

const tenantOf = ({ view }: ViewRow): string => view.listing.tenant;

const addUp = (parts: readonly Totals[]): Totals => {
  const sum: Record<string, number> = {};
  for (const part of parts) addTo(sum, part, 1);
  return sum;
};

const addTo = (sum: Record<string, number>, part: Totals, sign: 1 | -1): void => {
  for (const name in part) sum[name] = (sum[name] ?? 0) + sign * (part[name] as number);
};

const wrongTotals = (sum: Totals, totals: Totals = {}, place: string): Words => {
  for (const names of [sum, totals])
    for (const name in names)
      if ((sum[name] ?? 0) !== (totals[name] ?? 0))
        return `${place}: ${name} is ${totals[name] ?? 0}, and its rows add up to ${sum[name] ?? 0}`;
  return undefined;
};
