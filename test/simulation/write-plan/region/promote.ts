/**
 * A person who promotes a region, with the planner and without the API. Records of what was enacted are cleaned up after
 * every change, down to a few, so that a clean-up meets enactors.
 */
import { type ChangePlanOutcome, changePlan } from '../../../../services/write-plan/change-plan.ts';
import { cleanPlans } from '../../../../services/write-plan/clean-plans.ts';
import { createEnactedPlans } from '../../../../services/write-plan/enacted-plans.ts';
import { createLeaseRow } from '../../../../services/write-plan/lease-row.ts';
import type { PlanProposal } from '../../../../services/write-plan/plan-proposal.ts';
import { createRegionDocument } from '../../../../services/write-plan/region-document.ts';
import type { Invocation } from '../../kernel/invocation.ts';
import { type Failed, orFault } from '../../region/or-fault.ts';
import type { PlanClock } from '../model/plan-clock.ts';
import { failOnBug } from './fail-on-bug.ts';
import { appendDepsOf } from './order-container.ts';
import type { OpenPlanPorts } from './plan-ports.ts';
import type { PlanRegionDeps } from './plan-region.ts';

export interface PromoteDeps extends PlanRegionDeps {
  readonly clock: PlanClock;
  readonly ports: OpenPlanPorts;
}

export const promoteBy = async (
  deps: PromoteDeps,
  invocation: Invocation,
  proposal: PlanProposal,
): Promise<ChangePlanOutcome | Failed> => {
  const { names, configured, scheduler } = deps;
  const { eventStore, controlStore, witness } = deps.ports('operator', invocation);
  const document = createRegionDocument(controlStore);
  const change = changePlan(
    {
      ...appendDepsOf(deps, invocation, eventStore),
      regions: names,
      configured,
      document,
      enactedPlans: createEnactedPlans({ controlStore, onFault: failOnBug(scheduler) }),
      leaseRow: witness && createLeaseRow(witness),
    },
    proposal,
  );
  const outcome = await orFault(change);
  await orFault(cleanPlans({ controlStore, document }, recordsKept));
  return outcome;
};

const recordsKept = 2;
