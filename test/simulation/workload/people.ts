/**
 * The people who are asked about cases. They take minutes or days, or never come; some decide twice, at once or in two
 * regions, which may not see each other; some answer the workflow instead of the API.
 */
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { CaseLife } from '../../../domain/review/case-life.ts';
import type { Resolution, ResolveOutcome } from '../../../services/review/resolve-case.ts';
import type { FaultDice } from '../faults/fault-dice.ts';
import type { ReviewOptions } from '../faults/review-options.ts';
import type { RandomStream, RandomStreams } from '../kernel/random-streams.ts';
import type { Scheduler } from '../kernel/scheduler.ts';
import type { Failed } from '../region/or-fault.ts';
import type { Region } from '../region/region.ts';

export interface PeopleDeps {
  readonly review: ReviewOptions;
  readonly scheduler: Scheduler;
  readonly randomStreams: RandomStreams;
  readonly regions: readonly Region[];
  readonly dice: FaultDice;
}

export interface People {
  /** A case was handed to somebody there. */
  readonly onAsked: (region: string, life: CaseLife) => void;
  /** From now on nobody begins to decide. */
  readonly goHome: () => void;
  /** Every case that is with a person is decided. */
  readonly decideAll: () => void;
  /** Decisions on which nobody has given up yet. */
  readonly waiting: () => number;
}

export const hirePeople = (deps: PeopleDeps): People => {
  const { review, scheduler, randomStreams, regions } = deps;
  const desk = createDesk(deps);
  let isAtHome = false;

  const decide = ({ stream, caseId }: CaseLife, there: Region, random: RandomStream): void => {
    const region = random.chance(0.75) ? there : random.pick(regions);
    const outcome = drawOutcome(random);
    const decision = { stream, caseId, outcome };
    desk.send(region, decision, random);
    if (random.chance(0.15)) desk.send(region, { ...decision, outcome: drawOutcome(random) }, random);
    if (random.chance(0.25)) desk.send(random.pick(regions), { ...decision, outcome: drawOutcome(random) }, random);
  };

  return {
    onAsked: (name, life) => {
      const there = regions.find((region) => region.name === name);
      const random = randomStreams(`person asked about ${life.caseId} in ${name}`);
      const delayMs = random.logBetween(review.decideMs / 10, review.decideMs * 3);
      const isAbsent = random.chance(review.absentShare);
      const token = random.chance(0.2) ? life.task?.token : undefined;
      if (!there || isAbsent) return;
      scheduler.after(delayMs, 'a person decides', () => {
        if (isAtHome) return;
        if (token === undefined) return decide(life, there, random);
        deps.dice.reached('decision brought by a workflow');
        const outcome = drawOutcome(random);
        there.review?.answer(token, { decision: { outcome, reason: 'decided', decidedBy: 'somebody' } });
      });
    },
    goHome: () => {
      isAtHome = true;
    },
    decideAll: () => {
      for (const region of regions)
        for (const life of region.lives())
          if (life.state === 'with-a-person' && life.acceptedIn === region.name)
            desk.send(region, { ...life, outcome: {} }, randomStreams('people who decide everything'));
    },
    waiting: desk.waiting,
  };
};

const drawOutcome = (random: RandomStream): { readonly status?: string } =>
  random.chance(0.4) ? {} : { status: random.pick(retail.statuses.slice(1)) };

type Decision = Pick<Resolution, 'stream' | 'caseId' | 'outcome'>;

/** Sends a decision until somebody answers, under one key. */
const createDesk = ({ scheduler, dice, regions }: PeopleDeps) => {
  let waiting = 0;
  let keys = 0;

  const tryOnce = (region: Region, resolution: Resolution, random: RandomStream, triesLeft: number): void => {
    let isDone = false;
    const finish = (answer: ResolveOutcome | Failed | 'silence'): void => {
      if (isDone) return;
      isDone = true;
      const isAgain = answer === 'silence' || answer.kind === 'failed' || answer.kind === 'busy';
      if (!isAgain || triesLeft === 0) {
        waiting--;
        return;
      }
      scheduler.after(random.logBetween(1_000, 60_000), 'a person tries again', () =>
        tryOnce(random.chance(0.3) ? random.pick(regions) : region, resolution, random, triesLeft - 1),
      );
    };
    scheduler.after(timeoutMs, 'a person gives up waiting', () => finish('silence'));
    region.review?.resolve(resolution, (answer) => {
      if (!dice.strikes('lostAcknowledgement', random)) finish(answer);
    });
  };

  return {
    waiting: () => waiting,
    send: (region: Region, { stream, caseId, outcome }: Decision, random: RandomStream): void => {
      waiting++;
      const idempotencyKey = `${decisionKeyPrefix}${keys++}`;
      tryOnce(region, { stream, caseId, outcome, reason: 'decided', idempotencyKey }, random, retriesMax);
    },
  };
};

/** Of the keys under which people decide. */
export const decisionKeyPrefix = 'decision#';

const timeoutMs = 10_000;
const retriesMax = 6;
