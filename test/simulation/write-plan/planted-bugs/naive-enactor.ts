/** Enactor and agent put the region's document without comparing: whoever is slow puts an old plan over a newer one. */
import { isRegionDocument } from '../region/region-state-of.ts';
import type { PlantedPlanBug } from './planted-plan-bug.ts';

export const naiveEnactor: PlantedPlanBug = {
  name: 'enactor without compare-and-set',
  caughtBy: ['plan-only-grows'],
  seedsMax: 5,
  options: { durationMs: 20 * 60_000, hasWitness: false },
  faults: { promotion: 200, pause: 0.1, regionOutage: 0 },
  ports: (ports, { control }) => ({
    ...ports,
    controlStore: {
      ...ports.controlStore,
      put: (kind, name, value, revision) => {
        const standing = isRegionDocument({ kind, name }) ? control.get(kind, name)?.revision : undefined;
        return ports.controlStore.put(kind, name, value, standing ?? revision);
      },
    },
  }),
};
