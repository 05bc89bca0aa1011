/**
 * What a region has enacted never goes back and is never lost, and in the end every region has enacted the newest plan
 * that anybody wrote.
 */
import { planStream } from '../../../../domain/ledger/stream-name.ts';
import { findPlanConflicts } from '../../../../domain/write-plan/enact-plan.ts';
import { plansOf } from '../../../../domain/write-plan/plan-stream.ts';
import { comparePlans, newestPlan, type WritePlan } from '../../../../domain/write-plan/write-plan.ts';
import { loadItems } from '../../model/simulated-event-store.ts';
import type { PlanChecker, PlanWorld } from './plan-checker.ts';

export const planOnlyGrows = (world: PlanWorld): PlanChecker => ({
  invariant: 'plan-only-grows: an enacted plan never goes back and is never lost, and all end with the newest',
  onRegionState: ({ region, before, after }) => {
    if (!before || comparePlans(after.plan, before.plan) === 0) return undefined;
    if (world.links.some((link) => link.isCut())) world.reached('plan enacted while a link is cut');
    return comparePlans(after.plan, before.plan) < 0
      ? `${region} went back from ${tell(before.plan)} to ${tell(after.plan)}`
      : undefined;
  },
  atRest: () => {
    const written = world.names.flatMap((name) =>
      plansOf(loadItems(planStream, world.table.query(name, planStream)).entries),
    );
    if (findPlanConflicts(written).length > 0) world.reached('plans of one epoch');
    const newest = newestPlan(written);
    if (!newest) return undefined;
    for (const name of world.names) {
      const plan = world.stateOf(name)?.plan;
      if (!plan || comparePlans(plan, newest) !== 0)
        return `${name} ends with ${plan ? tell(plan) : 'no plan'} where ${tell(newest)} was written`;
    }
    return undefined;
  },
});

const tell = ({ epoch, primary, entryId }: WritePlan): string => `epoch ${epoch} of ${primary} (${entryId})`;
