/** A projector that takes the order in which its region happened to hear of entries for their order. */
import { encodeTime } from 'ulid';
import type { Entry } from '../../../domain/ledger/entry.ts';
import type { PlantedBug } from './planted-bug.ts';

export const trustRecordOrder: PlantedBug = {
  name: 'projector trusting record order',
  caughtBy: ['3'],
  seedsMax: 60,
  projector: (ports, { views }) => ({
    ...ports,
    eventStore: {
      ...ports.eventStore,
      load: async (stream) => {
        const { entries, damaged } = await ports.eventStore.load(stream);
        const arrivals = arrivalsByRegion.get(views) ?? new Map<string, number>();
        arrivalsByRegion.set(views, arrivals);
        for (const { hash } of entries) if (!arrivals.has(hash)) arrivals.set(hash, arrivals.size);
        return { damaged, entries: entries.map((entry) => withArrivalIds(entry, arrivals.get(entry.hash) ?? 0)) };
      },
    },
  }),
};

const arrivalsByRegion = new WeakMap<object, Map<string, number>>();

const withArrivalIds = (entry: Entry, arrival: number): Entry => {
  const byArrival = (id: string): string => encodeTime(arrival + 1) + id.slice(10);
  return {
    ...entry,
    id: byArrival(entry.id),
    events: entry.events.map((event) => ({ ...event, id: byArrival(event.id) })),
  };
};
