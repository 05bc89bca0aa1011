/** Every promise of the write plan that can be checked. A new one is one file and one line here. */
import { closesAfterBacklog } from './closes-after-backlog.ts';
import { gatesAge } from './gates-age.ts';
import { lateEntriesFold } from './late-entries-fold.ts';
import { noFlapping } from './no-flapping.ts';
import { oneLeaseHolder } from './one-lease-holder.ts';
import { oneRegionDecides } from './one-region-decides.ts';
import { opensForAReason } from './opens-for-a-reason.ts';
import type { PlanChecker, PlanWorld } from './plan-checker.ts';
import { planOnlyGrows } from './plan-only-grows.ts';
import { primaryAlwaysSomewhere } from './primary-always-somewhere.ts';

export const createPlanCheckers = (world: PlanWorld): readonly PlanChecker[] => [
  gatesAge(world),
  oneRegionDecides(world),
  noFlapping(world),
  opensForAReason(world),
  planOnlyGrows(world),
  oneLeaseHolder(world),
  closesAfterBacklog(world),
  lateEntriesFold(world),
  primaryAlwaysSomewhere(world),
];
