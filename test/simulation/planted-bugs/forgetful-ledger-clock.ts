/**
 * A ULID factory that was restarted: it knows its wall clock, and no id that was there before. In the same millisecond, or
 * after the clock went back, its ids come before what it saw.
 */
import type { Entry } from '../../../domain/ledger/entry.ts';
import type { PlantedBug } from './planted-bug.ts';

export const forgetfulLedgerClock: PlantedBug = {
  name: 'ledger clock restarted in the same millisecond',
  caughtBy: ['section 2'],
  seedsMax: 30,
  // The writer is shown ids of long ago, in the same order, so that only the clock goes wrong.
  apiEventStore: (store) => ({
    ...store,
    load: async (stream) => {
      const { entries, damaged } = await store.load(stream);
      const ranks = new Map(entries.toSorted(byId).map((entry, rank) => [entry, rank]));
      return { damaged, entries: entries.map((entry) => withIdOfLongAgo(entry, ranks.get(entry) ?? 0)) };
    },
  }),
  append:
    (append) =>
    async (...command) => {
      const outcome = await append(...command);
      return outcome.kind === 'replayed'
        ? { ...outcome, entry: originals.get(outcome.entry) ?? outcome.entry }
        : outcome;
    },
};

const originals = new WeakMap<Entry, Entry>();

const byId = (left: Entry, right: Entry): number => (left.id + left.position < right.id + right.position ? -1 : 1);

const withIdOfLongAgo = (entry: Entry, rank: number): Entry => {
  const idAt = (event: number): string => `${rank * 1000 + event}`.padStart(26, '0');
  const shown = { ...entry, id: idAt(0), events: entry.events.map((event, i) => ({ ...event, id: idAt(i) })) };
  originals.set(shown, entry);
  return shown;
};
