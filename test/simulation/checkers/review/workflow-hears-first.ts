/**
 * Whoever closes a case, or gives it to another region, has told the workflow that waits for a person: if he dies then, the
 * next one finds the life as it was and does the rest; the other way round nobody would.
 */
import { hasWorkflow } from '../../../../domain/review/case-life.ts';
import type { Checker } from '../checker.ts';
import type { ReviewCheckerDeps } from './review-checker.ts';

export const workflowHearsFirst = ({ regionOf }: ReviewCheckerDeps): Checker => ({
  invariant: '5 who closes a case has told its workflow',
  onReview: (event) => {
    if (event.kind !== 'life' || hasWorkflow(event.life)) return undefined;
    const { region, life, before } = event;
    if (!before?.task || !regionOf(region)?.review?.workflows.awaits(before.task.token)) return undefined;
    return `case ${life.caseId} of ${life.stream} becomes ${life.state} in ${region}, and its workflow waits for a person`;
  },
});
