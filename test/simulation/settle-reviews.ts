/**
 * What reviews are given once the faults are over: time, until nothing can be said against any of them, and in half of the
 * runs people who decide whatever is asked.
 */
import { forgottenMs } from './checkers/review/tasks-are-kept.ts';
import type { Facts } from './facts.ts';
import type { FaultDice } from './faults/fault-dice.ts';
import type { ReviewOptions } from './faults/review-options.ts';
import type { RandomStreams } from './kernel/random-streams.ts';
import type { Scheduler } from './kernel/scheduler.ts';
import { Violation } from './kernel/violation.ts';
import type { Referee } from './referee.ts';
import type { Region } from './region/region.ts';
import type { People } from './workload/people.ts';

export interface SettleReviewsDeps {
  readonly review: ReviewOptions;
  readonly scheduler: Scheduler;
  readonly randomStreams: RandomStreams;
  readonly regions: readonly Region[];
  readonly people: People;
  readonly referee: Referee;
  readonly facts: Facts;
  readonly dice: FaultDice;
  readonly allStreams: () => readonly string[];
  /** Until everything else is at rest. */
  readonly settle: () => Promise<void>;
}

export const settleReviews = async (deps: SettleReviewsDeps): Promise<void> => {
  const { scheduler, randomStreams, people, settle } = deps;
  await scheduler.runUntil(scheduler.nowMs() + forgottenMs + keptMs);
  await waitForReviews(deps);
  if (!randomStreams('last decisions').chance(lastDecisionsShare)) return;
  people.decideAll();
  await settle();
  await waitForReviews(deps);
};

const lastDecisionsShare = 0.5;
/** Longer than a heartbeat may take. */
const keptMs = 11 * 60_000;

const waitForReviews = async (deps: SettleReviewsDeps): Promise<void> => {
  const { scheduler, referee, allStreams, review } = deps;
  const boundMs = scheduler.nowMs() + Math.max(review.graceMs, review.illegalGraceMs) + reviewMsMax;
  const isWrong = (): boolean => referee.reviewWords(allStreams()) !== undefined;
  while (scheduler.nowMs() < boundMs && isWrong()) await scheduler.runUntil(scheduler.nowMs() + stepMs);
  referee.checkReviews(allStreams());
  noteUnswept(deps);
};

/** Beyond the grace period: a drain, the pause before a workflow is replaced, and clocks that are twenty minutes apart. */
const reviewMsMax = 90 * 60_000;
const stepMs = 30_000;

/** Not quite what is wanted, and therefore counted: every alert about a case got lost. */
const noteUnswept = ({ regions, facts, dice, allStreams }: SettleReviewsDeps): void => {
  const streams = allStreams().filter((stream) => !facts.maimed.has(stream));
  for (const { name, lives, liveRow } of regions) {
    const isOpen = streams.some((stream) => (liveRow(stream)?.view.row.openCases.length ?? 0) > 0);
    if (lives().length > 0 || !isOpen) continue;
    const { 'message lost': lost = 0, 'message gone to the dead-letter queue': dead = 0 } = dice.situations();
    if (lost + dead === 0)
      throw new Violation('5 every open case has one workflow', `no alert has arrived in ${name}, and none was lost`);
    dice.reached('sweeper that knows of no tenant');
  }
};
