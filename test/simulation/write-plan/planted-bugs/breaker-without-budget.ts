/** A breaker that opens and closes as often as the link does. */
import type { PlantedPlanBug } from './planted-plan-bug.ts';

export const breakerWithoutBudget: PlantedPlanBug = {
  name: 'breaker without a budget',
  caughtBy: ['no-flapping'],
  seedsMax: 10,
  options: { regions: 2, durationMs: 60 * 60_000, spellMsMax: 90_000 },
  faults: { partition: 0, oneWayPartition: 40, flapping: 0, lagBurst: 0, regionOutage: 0, agentStop: 0 },
  settings: (settings) => ({ ...settings, breaker: { ...settings.breaker, openingsPerHourMax: 1_000 } }),
};
