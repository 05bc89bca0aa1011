/** An API that answers first and stores later. */
import type { PlantedBug } from './planted-bug.ts';

export const acknowledgedBeforePut: PlantedBug = {
  name: 'append acknowledged before the put',
  caughtBy: ['1'],
  seedsMax: 5,
  apiEventStore: (store) => ({
    ...store,
    append: async (entry) => {
      store.append(entry).catch(() => undefined);
      return { kind: 'appended' };
    },
  }),
};
