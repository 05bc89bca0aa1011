/**
 * After the faults have stopped, every region holds the same entries and shows what they fold to, in bounded time: rows
 * that the same code folded are equal bytes in all regions. Where all rows are, the totals are equal, too.
 */
import { cutToToken } from '../../../domain/ledger/cut.ts';
import { foldedToOrderView } from '../../../projections/views/order-view.ts';
import { viewText } from '../model/view-tables.ts';
import { codeOfVersion, oldestCode } from '../region/projection-code.ts';
import type { Checker } from './checker.ts';

export const regionsAgree = (): Checker => ({
  invariant: '12 after the faults stop, all regions reach equal views in bounded time',
  checkStream: ({ stream, isAtRest, replicas }) => {
    const [first] = replicas;
    if (!isAtRest || !first) return undefined;
    for (const { region, items, folded: byOldest, loaded, row } of replicas) {
      if (items.length !== first.items.length)
        return `${first.region} holds ${first.items.length} items of ${stream}, ${region} ${items.length}`;
      if (loaded.entries.length === 0) continue;
      if (!row) return `${region} has no view of ${stream}`;
      const { version } = row.view;
      const folded = version === oldestCode.version ? byOldest : codeOfVersion(version).fold(loaded.entries);
      const expected = foldedToOrderView(folded, { version, foldedAtMs: 0 });
      if (cutToToken(row.view.cut) !== cutToToken(expected.cut))
        return `the view of ${stream} in ${region} stays at ${cutToToken(row.view.cut)}, its ledger at ${cutToToken(expected.cut)}`;
      const same = replicas.find((other) => other.row?.view.version === version)?.row;
      if (row.text !== viewText(expected) || row.text !== same?.text)
        return `the view of ${stream} in ${region} is not what its ledger says: ${row.text}`;
    }
    return undefined;
  },
});
