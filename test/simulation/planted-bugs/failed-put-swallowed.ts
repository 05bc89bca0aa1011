/** A projector that logs a failed put and reports success: the doorbell has rung in vain. */
import type { PlantedBug } from './planted-bug.ts';

export const failedPutSwallowed: PlantedBug = {
  name: 'projector swallowing a failed view put',
  caughtBy: ['12'],
  seedsMax: 60,
  viewStore: (store) => ({
    put: (view) => store.put(view).catch(() => ({ kind: 'stored' })),
  }),
};
