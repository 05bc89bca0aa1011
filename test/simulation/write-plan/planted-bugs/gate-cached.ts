/** A container reads the gate once, and goes by it for as long as it lives. */
import type { WriteGate } from '../../../../domain/write-plan/admission.ts';
import type { PlantedPlanBug } from './planted-plan-bug.ts';

export const gateCached: PlantedPlanBug = {
  name: 'gate cached for ever',
  caughtBy: ['gates-age', 'one-region-decides', 'primary-always-somewhere'],
  seedsMax: 5,
  gate: ({ read }, { clock }) => {
    let known: WriteGate | undefined;
    return {
      read: async () => {
        known ??= await read();
        return known && { ...known, writtenAtMs: clock.nowMs() };
      },
    };
  },
};
