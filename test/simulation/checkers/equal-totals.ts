/**
 * At rest regions whose rows were folded by the same code show the same totals.
 */
import { canonicalJson } from '../../../domain/ledger/entry-hash.ts';
import { liveGeneration } from '../../../projections/generations/generations.ts';
import type { Checker, CheckerDeps, WatchedRegion } from './checker.ts';

export const equalTotals = ({ facts }: CheckerDeps): Checker => {
  const shown = new Map<string, { readonly region: string; readonly totals: string }>();
  return {
    invariant: '12 after the faults stop, all regions show equal totals',
    checkRegion: (region, isAtRest) => {
      if (!isAtRest || facts.maimed.size > 0) return undefined;
      const versions = versionsOf(region);
      const totals = totalsOf(region);
      const other = shown.get(versions);
      if (other && other.totals !== totals) return `${other.region} totals ${other.totals}, ${region.name} ${totals}`;
      shown.set(versions, { region: region.name, totals });
      return undefined;
    },
  };
};

const liveRows = ({ views, generations }: WatchedRegion) => views.rows(liveGeneration(generations()).name);

const versionsOf = (region: WatchedRegion): string =>
  [...liveRows(region)]
    .map(([stream, { view }]) => `${stream} ${view.version}`)
    .sort()
    .join();

/** A name at 0 is as good as none. */
const totalsOf = ({ views, generations }: WatchedRegion): string =>
  canonicalJson(
    [...views.totals(liveGeneration(generations()).name)]
      .map(([tenant, totals]) => [
        tenant,
        Object.fromEntries(Object.entries(totals).filter(([, amount]) => amount !== 0)),
      ])
      .sort(),
  );
