/** A rule of succession that knows no versions: for old code a row of newer code is a row like its own. */
import type { StoredView } from '../../../domain/ports/view-store.ts';
import type { OrderView } from '../../../projections/views/order-view.ts';
import type { PlantedBug } from './planted-bug.ts';
import { spoilViews } from './spoil-views.ts';

type View = StoredView<OrderView>;

export const oldVersionOverwrites: PlantedBug = {
  name: 'old version of the projector overwriting newer rows',
  caughtBy: ['4'],
  seedsMax: 60,
  faults: { upgrade: 3 },
  projector: (ports, { code: { version } }) => {
    const originals = new Map<View, View>();
    const disguise = (view: View | undefined): View | undefined => {
      if (!view || view.version <= version) return view;
      const disguised = { ...view, version };
      originals.set(disguised, view);
      return disguised;
    };
    return {
      ...ports,
      openViews: spoilViews(ports.openViews, (store) => ({
        get: async (stream) => disguise(await store.get(stream)),
        replace: ({ view, over }) => store.replace({ view, over: over && (originals.get(over) ?? over) }),
      })),
    };
  },
};
