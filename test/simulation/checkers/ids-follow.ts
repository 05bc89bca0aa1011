/**
 * The ledger clock: whatever physical clocks do, an entry's ids come after every well-formed id that it saw.
 */
import { lastEventId } from '../../../domain/ledger/entry.ts';
import type { Checker, CheckerDeps } from './checker.ts';
import { coversEntry } from './covers-entry.ts';

export const idsFollow = ({ facts }: CheckerDeps): Checker => ({
  invariant: 'section 2: what is seen has the smaller id',
  checkStream: ({ stream, replicas }) => {
    for (const { region, loaded } of replicas) {
      const stamped = loaded.entries.filter((entry) => !facts.isBypass(entry));
      for (const later of stamped)
        for (const earlier of stamped) {
          const isSeen = coversEntry(later.seen, earlier);
          if (isSeen && lastEventId(earlier) >= later.id)
            return `${later.position} of ${stream} in ${region} saw ${earlier.position}, whose id is not smaller`;
        }
    }
    return undefined;
  },
});
