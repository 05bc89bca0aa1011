/**
 * Rare situations of a review that a run passed through, for the "sometimes" list.
 */
import { hasWorkflow } from '../../domain/review/case-life.ts';
import type { ReviewEvent } from './model/review-event.ts';
import type { Situation } from './sometimes.ts';

export const noteReview = (event: ReviewEvent, reached: (situation: Situation) => void): void => {
  switch (event.kind) {
    case 'life': {
      const { region, life, before } = event;
      const isDrawn = life.workflow > (before?.workflow ?? 0);
      if (isDrawn && life.acceptedIn !== region) reached('case taken over from a silent region');
      if (isDrawn && before && hasWorkflow(before)) reached('workflow replaced by another');
      if (life.state === 'reopened' && before?.state !== 'reopened') reached('case reopened');
      if (life.state === 'withdrawn' && before?.state === 'waiting') reached('case withdrawn in its grace period');
      if (life.state === 'withdrawn' && before?.state === 'with-a-person')
        reached('case withdrawn while with a person');
      return;
    }
    case 'said':
      if (event.alert.outcome === 'handed-over') reached('case handed back to its region');
      return;
    case 'lost':
      if (event.error === 'States.HeartbeatTimeout') reached('heartbeat lost');
      if (event.error === 'States.Timeout') reached('nobody decided in time');
      return;
    case 'resolved':
      if (event.outcome.kind === 'decided-before') reached('case decided twice');
      return;
    case 'started':
    case 'entered':
    case 'dead-letter':
      return;
  }
};
