/**
 * Readers who follow the pointer to the next generation find every row there, and none that has seen less.
 *
 * With one exception, that is over in a moment: while a doorbell of the order still rings, a projector may have written
 * the row of the old generation and be about to write that of the new one. At rest no such debt may be left.
 */
import { type Cut, coversCut, cutToToken } from '../../../domain/ledger/cut.ts';
import { liveGeneration } from '../../../projections/generations/generations.ts';
import type { Checker, CheckerDeps } from './checker.ts';

export const switchKeepsRows = ({ facts, reached }: CheckerDeps): Checker => {
  const debts = new Map<string, Cut>();
  return {
    invariant: '4 a switch of generations takes no row away, and none of them back',
    onGenerations: ({ region, after, before }) => {
      const [from, to] = [liveGeneration(before).name, liveGeneration(after).name];
      if (from === to) return undefined;
      for (const [stream, { view }] of region.views.rows(from)) {
        if (facts.maimed.has(stream)) continue;
        const next = region.views.get(to, stream)?.view;
        if (next && coversCut(next.cut, view.cut)) continue;
        const said = next ? `at ${cutToToken(next.cut)}` : 'not there';
        if (!region.changes.isRinging(stream))
          return `${region.name} switched from ${from} to ${to}, where ${stream} is ${said} and was at ${cutToToken(view.cut)}`;
        reached('row behind at a switch, its doorbell ringing');
        debts.set(`${region.name} ${stream}`, view.cut);
      }
      return undefined;
    },
    checkStream: ({ stream, isAtRest, replicas }) => {
      if (!isAtRest) return undefined;
      for (const { region, row } of replicas) {
        const owed = debts.get(`${region} ${stream}`);
        if (owed && !(row && coversCut(row.view.cut, owed)))
          return `${stream} in ${region} was at ${cutToToken(owed)} before a switch, and never again`;
      }
      return undefined;
    },
  };
};
