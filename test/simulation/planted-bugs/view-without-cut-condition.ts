/** A view store that writes whatever comes: the projector that slept longest has the last word. */
import type { PlantedBug } from './planted-bug.ts';
import { spoilViews } from './spoil-views.ts';

export const viewWithoutCutCondition: PlantedBug = {
  name: 'view written without the cut condition',
  caughtBy: ['4'],
  seedsMax: 60,
  projector: (ports, { views }) => ({
    ...ports,
    openViews: spoilViews(ports.openViews, (store, generation) => ({
      replace: async (replacement) => {
        if ((await store.replace(replacement)) === 'lost') views.put(generation, replacement.view);
        return 'replaced';
      },
    })),
  }),
};
