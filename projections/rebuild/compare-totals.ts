/**
 * Whether the stored totals of a generation are the sums of its rows' contributions, while rows go on changing.
 *
 * Rows cannot be read all at one moment. But a row and its totals change together, and every change of a row adds to the
 * entries that are counted, which never shrink. So where a tenant's totals read the same before and after its rows were
 * added up, nothing changed in between and the sums must be equal to the last unit. Where they do not, it is tried again;
 * of a tenant that is never quiet, only the totals that never shrink can be compared: the sum lies between both readings.
 */
import type { Sleep } from '../../domain/ports/clock.ts';
import type { Totals, ViewStore } from '../../domain/ports/view-store.ts';
import { runParts } from './run-parts.ts';

export interface TotalsCompared {
  /** Quiet while they were added up: every total was compared. */
  readonly tenantsQuiet: number;
  /** Written to all the time: only orders and entries were compared, as bounds. */
  readonly tenantsBusy: number;
  readonly differences: number;
  readonly firstDifferences: readonly TotalDifference[];
}

export interface TotalDifference {
  readonly tenant: string;
  readonly name: string;
  readonly stored: number;
  readonly summed: number;
}

type ReadableTotals = Pick<ViewStore<unknown>, 'all' | 'allTotals'>;
type TotalsByTenant = ReadonlyMap<string, Totals>;

const toldMax = 20;
const triesMax = 3;
const pauseMs = 1_000;

export const compareTotals = async (
  views: ReadableTotals,
  { parts, sleep }: { readonly parts: number; readonly sleep: Sleep },
): Promise<TotalsCompared> => {
  const differences: TotalDifference[] = [];
  let tenantsQuiet = 0;
  let undecided: ReadonlySet<string> | undefined;
  for (let tries = 1; ; tries++) {
    const before = await readTotals(views);
    const sums = await addUp(views, parts, sleep);
    const after = await readTotals(views);
    const tenants = undecided ?? new Set([...before.keys(), ...sums.keys(), ...after.keys()]);
    const busy = new Set<string>();
    for (const tenant of tenants) {
      const [first, sum, last] = [before, sums, after].map((it) => it.get(tenant) ?? {}) as [Totals, Totals, Totals];
      if (!isSame(first, last)) {
        busy.add(tenant);
        if (tries === triesMax) differences.push(...outOfBounds(tenant, first, sum, last));
        continue;
      }
      tenantsQuiet++;
      differences.push(...unequal(tenant, last, sum));
    }
    undecided = busy;
    if (busy.size === 0 || tries === triesMax) break;
    await sleep(pauseMs);
  }
  return {
    tenantsQuiet,
    tenantsBusy: undecided.size,
    differences: differences.length,
    firstDifferences: differences.slice(0, toldMax),
  };
};

const readTotals = async (views: ReadableTotals): Promise<TotalsByTenant> => {
  const byTenant = new Map<string, Totals>();
  for await (const { tenant, totals } of views.allTotals()) byTenant.set(tenant, totals);
  return byTenant;
};

const addUp = async (views: ReadableTotals, parts: number, sleep: Sleep): Promise<TotalsByTenant> => {
  const byTenant = new Map<string, Record<string, number>>();
  await runParts(parts, async (part, isStopping) => {
    let rows = 0;
    for await (const { listing, contribution } of views.all({ part, parts })) {
      const sums = byTenant.get(listing.tenant) ?? {};
      byTenant.set(listing.tenant, sums);
      for (const name in contribution) sums[name] = (sums[name] ?? 0) + (contribution[name] as number);
      rows++;
      if (rows % rowsPerTurn === 0) await sleep(0);
      if (isStopping()) return;
    }
  });
  return byTenant;
};

/** Between two turns of the event loop. */
const rowsPerTurn = 500;

const unequal = (tenant: string, stored: Totals, summed: Totals): readonly TotalDifference[] =>
  namesOf(stored, summed)
    .map((name) => ({ tenant, name, stored: stored[name] ?? 0, summed: summed[name] ?? 0 }))
    .filter((it) => it.stored !== it.summed);

const outOfBounds = (tenant: string, first: Totals, summed: Totals, last: Totals): readonly TotalDifference[] =>
  namesOf(first, summed, last)
    .filter((name) => name === 'orders' || name.startsWith('entries.'))
    .map((name) => ({ name, first: first[name] ?? 0, summed: summed[name] ?? 0, last: last[name] ?? 0 }))
    .filter((it) => it.summed < it.first || it.summed > it.last)
    .map((it) => ({ tenant, name: it.name, stored: it.summed < it.first ? it.first : it.last, summed: it.summed }));

const namesOf = (...totals: readonly Totals[]): readonly string[] => [...new Set(totals.flatMap(Object.keys))].sort();

/** A total that is 0 may stand or not. */
const isSame = (left: Totals, right: Totals): boolean => unequal('', left, right).length === 0;
