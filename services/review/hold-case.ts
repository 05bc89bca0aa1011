/**
 * Takes a case from the queue of reviews: from here on it is with a person, and the workflow waits under the token.
 */

import type { WorkflowInput } from '../../domain/ports/review-workflows.ts';
import { stepCaseLife } from '../../domain/review/case-life.ts';
import { changeLife } from './change-life.ts';
import { followLedger } from './follow-ledger.ts';
import type { ReviewDeps } from './review-deps.ts';

export interface ReviewRequest extends WorkflowInput {
  readonly taskToken: string;
}

/** Throws LedgerFault: the request comes again. */
export const holdCase = async (deps: ReviewDeps, request: ReviewRequest): Promise<void> => {
  const { stream, caseId, workflow, taskToken } = request;
  const ref = { stream, caseId };
  // A message that comes again may be older than the one that is held.
  if ((await deps.workflows.beat(taskToken)) === 'gone') return;
  await followLedger(deps, ref);
  const { life } = await changeLife(deps, ref, (stored) => {
    const asked =
      stored?.workflow === workflow
        ? stepCaseLife(stored, { kind: 'person-asked', token: taskToken }, deps.clock.nowMs())
        : undefined;
    return { step: asked && { life: asked, alert: { type: 'ReviewAsked' } }, seen: undefined };
  });
  // Whoever waits for nobody looks again, and sees why.
  if (life?.workflow !== workflow || life.task?.token !== taskToken) await deps.workflows.answer(taskToken, {});
};
