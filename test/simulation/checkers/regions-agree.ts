/**
 * After the faults have stopped, every region holds the same entries and shows the same view, in bounded time.
 */
import { cutToToken } from '../../../domain/ledger/cut.ts';
import { canonicalJson } from '../../../domain/ledger/entry-hash.ts';
import { foldedToOrderView } from '../../../projections/views/order-view.ts';
import type { Checker } from './checker.ts';

export const regionsAgree = (): Checker => ({
  invariant: '12 after the faults stop, all regions reach equal views in bounded time',
  checkStream: ({ stream, isAtRest, replicas }) => {
    const [first] = replicas;
    if (!isAtRest || !first) return undefined;
    for (const { region, items, folded, loaded, view } of replicas) {
      if (items.length !== first.items.length)
        return `${first.region} holds ${first.items.length} items of ${stream}, ${region} ${items.length}`;
      if (loaded.entries.length === 0) continue;
      if (!view) return `${region} has no view of ${stream}`;
      const expected = foldedToOrderView(folded);
      if (cutToToken(view.cut) !== cutToToken(expected.cut))
        return `the view of ${stream} in ${region} stays at ${cutToToken(view.cut)}, its ledger at ${cutToToken(expected.cut)}`;
      if (view.row !== canonicalJson(expected.row) || view.row !== first.view?.row)
        return `the view of ${stream} in ${region} is not what its ledger says: ${view.row}`;
    }
    return undefined;
  },
});
