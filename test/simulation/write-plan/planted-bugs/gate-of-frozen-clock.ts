/** A container keeps its reading of the gate until its clock says that a second has passed. It once did. */
import type { WriteGate } from '../../../../domain/write-plan/admission.ts';
import { gateReadMsMin } from '../../../../services/write-plan/write-gate-reader.ts';
import type { PlantedPlanBug } from './planted-plan-bug.ts';

export const gateOfFrozenClock: PlantedPlanBug = {
  name: 'gate kept while the clock stands still',
  caughtBy: ['gates-age'],
  seedsMax: 10,
  faults: { clockFreeze: 20, partition: 6 },
  gate: ({ read }, { clock }) => {
    let known: WriteGate | undefined;
    let readAtMs = Number.NEGATIVE_INFINITY;
    return {
      read: async () => {
        const ageMs = clock.nowMs() - readAtMs;
        if (ageMs >= gateReadMsMin || ageMs < 0) {
          known = await read();
          readAtMs = clock.nowMs();
        }
        return known;
      },
    };
  },
};
