/** A view store that writes whatever comes: the projector that slept longest has the last word. */
import type { PlantedBug } from './planted-bug.ts';

export const viewWithoutCutCondition: PlantedBug = {
  name: 'view written without the cut condition',
  caughtBy: ['4'],
  seedsMax: 60,
  viewStore: (store, { views }) => ({
    put: async (view) => {
      const { kind } = await store.put(view);
      if (kind === 'behind') views.overwrite(view);
      return { kind: 'stored' };
    },
  }),
};
