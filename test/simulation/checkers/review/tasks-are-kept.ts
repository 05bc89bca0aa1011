/**
 * Once the faults are over, nothing gets lost any more: no task that a person holds loses its heartbeat, and no message
 * that was sent since becomes a dead letter.
 */
import type { Checker } from '../checker.ts';
import type { ReviewCheckerDeps } from './review-checker.ts';

export const tasksAreKept = ({ calmMs, nowMs }: ReviewCheckerDeps): Checker => ({
  invariant: '5 no task is lost in calm',
  onReview: (event) => {
    if (event.kind === 'dead-letter' && event.sentAtMs > nowMs() - calmMs())
      return `a message to ${event.role} in ${event.region} is a dead letter`;
    if (event.kind !== 'lost' || event.error !== 'States.HeartbeatTimeout' || calmMs() < forgottenMs) return undefined;
    const { stream, caseId, workflow } = event.input;
    return `workflow ${workflow} of case ${caseId} of ${stream} lost its heartbeat in ${event.region}`;
  },
});

/** What was asked in the storm and heard by nobody has lost its heartbeat by then. */
export const forgottenMs = 11 * 60_000;
