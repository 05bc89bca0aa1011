/** Every planted bug of the write plan. */
import { beatEchoingNobody } from './beat-echoing-nobody.ts';
import { breakerWithoutBudget } from './breaker-without-budget.ts';
import { closesAtOnce } from './closes-at-once.ts';
import { gateCached } from './gate-cached.ts';
import { gateOfFrozenClock } from './gate-of-frozen-clock.ts';
import { gateWithoutAge } from './gate-without-age.ts';
import { impatientTakeover } from './impatient-takeover.ts';
import { leaseFromAnswer } from './lease-from-answer.ts';
import { naiveEnactor } from './naive-enactor.ts';
import { oneWaySilence } from './one-way-silence.ts';
import type { PlantedPlanBug } from './planted-plan-bug.ts';
import { twoClocks } from './two-clocks.ts';
import { unreadArrivals } from './unread-arrivals.ts';

export const plantedPlanBugs: readonly PlantedPlanBug[] = [
  naiveEnactor,
  oneWaySilence,
  twoClocks,
  leaseFromAnswer,
  impatientTakeover,
  gateWithoutAge,
  gateCached,
  gateOfFrozenClock,
  breakerWithoutBudget,
  closesAtOnce,
  unreadArrivals,
  beatEchoingNobody,
];
