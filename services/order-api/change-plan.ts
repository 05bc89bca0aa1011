/**
 * `POST /plan`: makes a region primary. The write plan is the deployment's and not a tenant's, so whoever has the scope
 * changes it for all of them.
 */
import type { ChangePlanOutcome } from '../write-plan/change-plan.ts';
import { changeAnswer, type PlanChangeAnswer } from '../write-plan/plan-answers.ts';
import type { PlanProposal } from '../write-plan/plan-proposal.ts';
import { type Answer, answerCreated, answerProblem } from './http-answer.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { readPlanBody } from './plan-body.ts';
import { readIdempotencyKey, refuseHeader, traceIdOf } from './read-headers.ts';
import { readJsonBody } from './read-json-body.ts';
import { type ApiRequest, type Read, type RequestRefusal, read, toPointer } from './request.ts';

export interface ChangedPlanAnswer {
  readonly plan: PlanChangeAnswer;
  /** It is the plan that this region goes by now. */
  readonly enacted: boolean;
}

export const changePlan =
  ({ writePlan, logger }: OrderApiDeps) =>
  async (request: ApiRequest): Promise<Answer> => {
    if (!writePlan) return answerProblem(hasNoWritePlan);
    const proposal = readProposal(request);
    if (proposal.kind === 'refused') return answerProblem(proposal.refusal);
    const outcome = await writePlan.change(proposal.value);
    logger.info('plan change', {
      outcome: outcome.kind,
      ...('plan' in outcome && { entryId: outcome.plan.entryId, epoch: outcome.plan.epoch }),
    });
    return answerOutcome(outcome);
  };

export const hasNoWritePlan: RequestRefusal = {
  kind: 'not-implemented',
  detail:
    'There is no write plan where there is one region, or a strongly consistent table: nothing there can part. Several regions need PRIMARY_REGION.',
};

const readProposal = ({ event, caller }: ApiRequest): Read<PlanProposal> => {
  const key = readIdempotencyKey(event);
  if (key.kind === 'refused') return key;
  const match = refuseHeader(event, 'If-Match', 'A plan follows whatever stands; its epoch says what it replaced.');
  if (match.kind === 'refused') return match;
  const token = refuseHeader(
    event,
    'Rejoin-Token',
    'A plan is changed where it has to be, whatever has arrived there.',
  );
  if (token.kind === 'refused') return token;
  const json = readJsonBody(event);
  if (json.kind === 'refused') return json;
  const body = readPlanBody(json.value);
  if (body.kind === 'refused') return body;
  return read({ ...body.value, actor: caller.actor, idempotencyKey: key.value, traceId: traceIdOf(event) });
};

const answerOutcome = (outcome: ChangePlanOutcome): Answer => {
  switch (outcome.kind) {
    case 'changed':
    case 'replayed': {
      const answered: ChangedPlanAnswer = { plan: changeAnswer(outcome.plan, undefined), enacted: outcome.isEnacted };
      return answerCreated(answered, outcome.kind === 'replayed' ? { 'idempotency-replayed': 'true' } : {});
    }
    case 'invalid-plan':
      return answerProblem({
        kind: 'invalid-body',
        errors: outcome.issues.map(({ path, message }) => ({ pointer: toPointer('', path), detail: message })),
      });
    default:
      return answerProblem(outcome);
  }
};
