/**
 * A rebuild that goes by what it read when it began, and a control store that lets it: its generation takes the place of
 * whatever stands there by then.
 */
import type { ControlDocument } from '../../../domain/ports/control-store.ts';
import type { PlantedBug } from './planted-bug.ts';

export const switchWithoutCondition: PlantedBug = {
  name: 'switch without compare-and-set',
  caughtBy: ['9'],
  seedsMax: 60,
  faults: { rebuild: 15, pause: 0.02 },
  rebuild: (ports) => {
    const { controlStore } = ports;
    let believed: ControlDocument<unknown> | undefined;
    return {
      ...ports,
      controlStore: {
        ...controlStore,
        get: async (kind, name) => {
          if (kind !== 'generations') return controlStore.get(kind, name);
          believed ??= await controlStore.get(kind, name);
          return believed as never;
        },
        put: async (kind, name, value, revision) => {
          if (kind !== 'generations') return controlStore.put(kind, name, value, revision);
          const standing = await controlStore.get(kind, name);
          const isPut = await controlStore.put(kind, name, value, standing?.revision ?? 0);
          if (isPut) believed = { name, revision: revision + 1, value };
          return isPut;
        },
      },
    };
  },
};
