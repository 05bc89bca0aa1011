/**
 * Every planted bug of the review.
 */
import type { PlantedBug } from '../planted-bug.ts';
import { answerAfterLife } from './answer-after-life.ts';
import { beatNotSent } from './beat-not-sent.ts';
import { believesAlerts } from './believes-alerts.ts';
import { closingForgotten } from './closing-forgotten.ts';
import { everybodyElected } from './everybody-elected.ts';
import { lifeWithoutCondition } from './life-without-condition.ts';
import { numberAfterStart } from './number-after-start.ts';
import { numberKept } from './number-kept.ts';
import { personForgotten } from './person-forgotten.ts';
import { stepUnsaid } from './step-unsaid.ts';
import { sweepOpenAlone } from './sweep-open-alone.ts';
import { sweepTrustsLives } from './sweep-trusts-lives.ts';

export const plantedReviewBugs: readonly PlantedBug[] = [
  numberAfterStart,
  numberKept,
  lifeWithoutCondition,
  everybodyElected,
  answerAfterLife,
  believesAlerts,
  sweepTrustsLives,
  sweepOpenAlone,
  beatNotSent,
  personForgotten,
  closingForgotten,
  stepUnsaid,
];
