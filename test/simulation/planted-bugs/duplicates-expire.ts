/** Idempotency keys that are forgotten after 24 h, as caches of them are. */
import type { Entry } from '../../../domain/ledger/entry.ts';
import type { PlantedBug } from './planted-bug.ts';

const dayMs = 24 * 3_600_000;

export const duplicatesExpire: PlantedBug = {
  name: 'duplicates expiring after 24 h',
  caughtBy: ['6'],
  seedsMax: 500,
  needsMs: dayMs,
  apiEventStore: (store, { scheduler }) => ({
    ...store,
    load: async (stream) => {
      const { entries, damaged } = await store.load(stream);
      const oldestMs = scheduler.nowMs() - dayMs;
      const isForgotten = ({ recordedAt = 0 }: Entry): boolean => recordedAt < oldestMs;
      return { damaged, entries: entries.map((entry) => (isForgotten(entry) ? withoutKey(entry) : entry)) };
    },
  }),
};

const withoutKey = ({ idempotencyKey: _, ...entry }: Entry): Entry => entry;
