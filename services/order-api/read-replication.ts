/**
 * `GET /replication`: how late the links to the other regions are, as this region's agent sees them.
 */
import { hasNoWritePlan } from './change-plan.ts';
import { type Answer, answerOk, answerProblem } from './http-answer.ts';
import type { OrderApiDeps } from './order-api-deps.ts';

export const readReplication =
  ({ writePlan }: OrderApiDeps) =>
  async (): Promise<Answer> =>
    writePlan ? answerOk(await writePlan.readReplication()) : answerProblem(hasNoWritePlan);
