/** A breaker that hears nothing of late arrivals closes while the backlog is coming in. */
import { writePlanKind } from '../../../../services/write-plan/region-document.ts';
import type { PlantedPlanBug } from './planted-plan-bug.ts';

export const closesAtOnce: PlantedPlanBug = {
  name: 'breaker closes without waiting for the backlog',
  caughtBy: ['closes-after-backlog'],
  seedsMax: 10,
  options: { regions: 2 },
  faults: { partition: 6, lagBurst: 40, flapping: 0, clockJump: 0, clockFreeze: 0, regionOutage: 0, agentStop: 0 },
  ports: (ports, { role }) => ({
    ...ports,
    controlStore: {
      ...ports.controlStore,
      get: async (kind, name) =>
        role === 'agent' && kind === writePlanKind && name === 'late-arrival'
          ? undefined
          : ports.controlStore.get(kind, name),
    },
  }),
};
