/**
 * What is promised of reviews. A new promise is one file and one line here.
 */
import type { Checker } from '../checker.ts';
import { closedCasesEnd } from './closed-cases-end.ts';
import { electedAlone } from './elected-alone.ts';
import { livesFollowLedger } from './lives-follow-ledger.ts';
import { oneOutcome } from './one-outcome.ts';
import { oneWorkflow } from './one-workflow.ts';
import { reachesAPerson } from './reaches-a-person.ts';
import type { ReviewCheckerDeps } from './review-checker.ts';
import { stepsAreSaid } from './steps-are-said.ts';
import { tasksAreKept } from './tasks-are-kept.ts';
import { workflowHearsFirst } from './workflow-hears-first.ts';
import { workflowNumbers } from './workflow-numbers.ts';

export const createReviewCheckers = (deps: ReviewCheckerDeps): readonly Checker[] =>
  deps.review === undefined
    ? []
    : [
        workflowNumbers(),
        electedAlone(deps),
        stepsAreSaid(),
        livesFollowLedger(deps),
        workflowHearsFirst(deps),
        tasksAreKept(deps),
        oneWorkflow(),
        reachesAPerson(),
        closedCasesEnd(),
        oneOutcome(),
      ];
