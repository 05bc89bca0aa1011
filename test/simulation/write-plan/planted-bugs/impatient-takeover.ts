/** One region takes the lease over as soon as it stands still for a moment, and not after the holder's term. */
import type { PlantedPlanBug } from './planted-plan-bug.ts';

export const impatientTakeover: PlantedPlanBug = {
  name: 'take-over without waiting',
  caughtBy: ['one-lease-holder', 'one-region-decides'],
  seedsMax: 10,
  options: { hasWitness: true, clockRateError: 0, durationMs: 20 * 60_000 },
  faults: { partition: 12, witnessCut: 40, clockJump: 0, clockFreeze: 0, promotion: 0 },
  settings: (settings, region) =>
    region === 'us-east-1' ? settings : { ...settings, lease: { ...settings.lease, termMs: 1_000, marginMs: 200 } },
};
