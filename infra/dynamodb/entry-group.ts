/**
 * The items of a group: entries of one command over several orders, which are put together or not at all.
 */
import { invariant } from '../../domain/kernel/invariant.ts';
import { groupEntriesMax } from '../../domain/kernel/limits.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import type { Sha256 } from '../../domain/ports/digest.ts';
import { entryToItem, type LedgerItem } from './entry-codec.ts';

/** All of them before the first is put: one that does not fit keeps the others out. */
export const groupToItems = (entries: readonly Entry[], sha256: Sha256): readonly LedgerItem[] => {
  invariant(
    entries.length >= 2 && entries.length <= groupEntriesMax,
    `a group has 2 to ${groupEntriesMax} entries, not ${entries.length}`,
  );
  invariant(new Set(entries.map(({ stream }) => stream)).size === entries.length, 'a group has one entry a stream');
  return entries.map((entry) => entryToItem(entry, sha256));
};
