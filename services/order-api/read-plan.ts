/**
 * `GET /plan`: which region is primary, why, and since when; how the breaker and the lease stand; who changed it before.
 *
 * Who changed it is for those who may change it: a client of one tenant has to know where to go, not who is on call.
 */
import type { PlanAnswer, PlanChangeAnswer } from '../write-plan/plan-answers.ts';
import { hasNoWritePlan } from './change-plan.ts';
import { type Answer, answerOk, answerProblem } from './http-answer.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import type { ApiRequest } from './request.ts';

export const readPlan =
  ({ writePlan }: OrderApiDeps) =>
  async ({ caller }: ApiRequest): Promise<Answer> => {
    if (!writePlan) return answerProblem(hasNoWritePlan);
    const plan = await writePlan.readPlan();
    return answerOk(caller.scopes.has('plan:write') ? plan : withoutActors(plan));
  };

const withoutActors = (plan: PlanAnswer): PlanAnswer => ({
  ...plan,
  ...(plan.change && { change: withoutActor(plan.change) }),
  history: plan.history.map(withoutActor),
});

const withoutActor = ({ actor: _, ...change }: PlanChangeAnswer): PlanChangeAnswer => change;
