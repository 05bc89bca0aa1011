/** A projector that logs a failed write and reports success: the doorbell has rung in vain. */
import type { PlantedBug } from './planted-bug.ts';
import { spoilViews } from './spoil-views.ts';

export const failedPutSwallowed: PlantedBug = {
  name: 'projector swallowing a failed view write',
  caughtBy: ['4', '5', '12'],
  seedsMax: 60,
  projector: (ports) => ({
    ...ports,
    openViews: spoilViews(ports.openViews, (store) => ({
      replace: (replacement) => store.replace(replacement).catch(() => 'replaced'),
    })),
  }),
};
