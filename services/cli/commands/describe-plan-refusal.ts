/** Why a plan was not changed, for the person at the shell, and what to do about it. */
import { toProblem } from '../../order-api/http-problem.ts';
import type { ChangedPlan, ChangePlanOutcome } from '../../write-plan/change-plan.ts';
import type { PlanProposal } from '../../write-plan/plan-proposal.ts';

export const describeRefusal = (
  outcome: Exclude<ChangePlanOutcome, ChangedPlan>,
  { idempotencyKey }: Pick<PlanProposal, 'idempotencyKey'>,
): readonly string[] => {
  switch (outcome.kind) {
    case 'invalid-plan':
      return outcome.issues.map(({ path, message }) => `${path.join(' ')}: ${message}`);
    case 'key-reused':
      return [
        `the key belongs to another change of plan, entry ${outcome.entryId}. Leave --key out, or choose another`,
      ];
    case 'witness-unreachable':
      return [
        'the witness cannot be reached, so the plan is as it was.',
        `Run it again, in this region or another: --key ${idempotencyKey}`,
        'Or, once you have made sure that no other region takes decisions: --without-witness, and leave --key out',
      ];
    default: {
      const { title, detail } = toProblem(outcome).problem;
      return [`${title}. ${detail ?? ''}`.trim(), `Run it again: --key ${idempotencyKey}`];
    }
  }
};
