/**
 * Waiting for another region, the one way for all who do: ask at once, then after pauses that grow, and a last time when
 * the time is up.
 *
 * Pauses count as time, whatever the clock says: one that stands still or is set back must not make a wait endless.
 */
import type { Clock, Random, Sleep } from '../../domain/ports/clock.ts';

/** One deadline, which several may share. */
export interface Wait {
  /** Never less than 0. */
  readonly leftMs: () => number;
}

export interface WaitDeps {
  readonly random: Random;
  readonly sleep: Sleep;
}

export const noWait: Wait = { leftMs: () => 0 };

export const startWait = ({ clock }: { readonly clock: Clock }, ms: number): Wait => {
  const deadlineMs = clock.nowMs() + ms;
  return { leftMs: () => Math.max(0, Math.min(ms, deadlineMs - clock.nowMs())) };
};

/** The first answer that is enough, or the last one. Who asks sets a bound to each question. */
export const askUntil = async <Answer>(
  { random, sleep }: WaitDeps,
  wait: Wait,
  ask: () => Promise<Answer>,
  isEnough: (answer: Answer) => boolean,
): Promise<Answer> => {
  let pausesLeftMs = wait.leftMs();
  for (let longestMs = firstPauseMsMax; ; longestMs = Math.min(pauseMsMax, 2 * longestMs)) {
    const answer = await ask();
    const leftMs = Math.min(pausesLeftMs, wait.leftMs());
    if (isEnough(answer) || leftMs <= 0) return answer;
    const pauseMs = Math.min(leftMs, Math.ceil(longestMs * (0.5 + random() / 2)));
    await sleep(pauseMs);
    pausesLeftMs -= pauseMs;
  }
};

/** A gateway gives up after 30 s, and whoever has waited still has to be answered. */
export const waitMsMax = 20_000;

/** Replication mostly takes a good deal less than a second; who waits longer asks some five times a second. */
const firstPauseMsMax = 25;
const pauseMsMax = 250;
