/** An agent that cannot read when an entry last came late takes it for never. It once did. */
import { LedgerFault } from '../../../../domain/ports/event-store.ts';
import { writePlanKind } from '../../../../services/write-plan/region-document.ts';
import type { PlantedPlanBug } from './planted-plan-bug.ts';

export const unreadArrivals: PlantedPlanBug = {
  name: 'late arrivals that cannot be read taken for none',
  caughtBy: ['closes-after-backlog'],
  seedsMax: 10,
  options: { regions: 2, durationMs: 20 * 60_000 },
  faults: { throttle: 0.3, partition: 6, lagBurst: 40, flapping: 0, clockJump: 0, clockFreeze: 0, regionOutage: 0 },
  ports: (ports, { role }) => ({
    ...ports,
    controlStore: {
      ...ports.controlStore,
      get: (kind, name) => {
        const answered = ports.controlStore.get<never>(kind, name);
        if (role !== 'agent' || kind !== writePlanKind || name !== 'late-arrival') return answered;
        return answered.catch((fault: unknown) => {
          if (fault instanceof LedgerFault) return undefined;
          throw fault;
        });
      },
    },
  }),
};
