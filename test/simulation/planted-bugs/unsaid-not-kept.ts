/** A view store whose rows do not keep what is unsaid: who dies before the alert takes it with him. */
import type { PlantedBug } from './planted-bug.ts';
import { spoilViews } from './spoil-views.ts';

export const unsaidNotKept: PlantedBug = {
  name: 'row that forgets what is unsaid',
  caughtBy: ['5'],
  seedsMax: 5,
  projector: (ports) => ({
    ...ports,
    openViews: spoilViews(ports.openViews, (store) => ({
      replace: ({ view: { unsaid: _, ...view }, over }) => store.replace({ view, over }),
    })),
  }),
};
