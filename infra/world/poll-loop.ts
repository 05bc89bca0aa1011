/**
 * Something that is done over and over until it is stopped: read a stream, apply what it held.
 *
 * Polling must idle well, since a world may run all day, and must say when it has caught up, since "has everything
 * arrived?" is the question that the play, the tests and people ask. Heartbeats never end, so there may be no moment at
 * which nothing is left to do. What was there at the call is known to have been read once a read finds no more, and is
 * waited for by its number.
 */
import type { Sleep } from '../../domain/ports/clock.ts';

/** How far a round came. Changes are numbered from 1 in the order in which they were read. */
export interface Round {
  /** It did something, so that the next one follows sooner. */
  readonly isBusy: boolean;
  /** The last number read, where this round asked for more and found none. */
  readonly readToEnd: number | undefined;
  /** Everything up to this number is done. */
  readonly doneTo: number;
}

export interface PollLoopOptions {
  readonly round: () => Promise<Round>;
  readonly sleep: Sleep;
  /** Called with what a round threw; the loop goes on after a pause. */
  readonly onFault: (fault: unknown) => void;
}

export interface PollLoop {
  /** Resolves when all is done that was there to be read at this call; never once the loop is stopped. */
  readonly caughtUp: () => Promise<void>;
  /** Ends after the running round. */
  readonly stop: () => Promise<void>;
}

/** Short enough not to be felt, long enough that what comes in between is handled in one round. */
const busyPauseMs = 50;
const idlePauseMs = 100;
const faultPauseMs = 500;

export const startPollLoop = ({ round, sleep, onFault }: PollLoopOptions): PollLoop => {
  let isStopped = false;
  let waiters: readonly Waiter[] = [];

  const runOnce = async (): Promise<number> => {
    const waitersBefore = waiters;
    try {
      const { isBusy, readToEnd, doneTo } = await round();
      for (const waiter of waitersBefore) waiter.waitsFor ??= readToEnd;
      const isCaughtUp = ({ waitsFor = Number.POSITIVE_INFINITY }: Waiter) => waitsFor <= doneTo;
      for (const waiter of waiters.filter(isCaughtUp)) waiter.resolve();
      waiters = waiters.filter((waiter) => !isCaughtUp(waiter));
      return isBusy ? busyPauseMs : idlePauseMs;
    } catch (fault) {
      if (!isStopped) onFault(fault);
      return faultPauseMs;
    }
  };

  const run = async (): Promise<void> => {
    while (!isStopped) {
      const pauseMs = await runOnce();
      if (!isStopped) await sleep(pauseMs);
    }
  };

  const ended = run();
  return {
    caughtUp: () =>
      new Promise((resolve) => {
        waiters = [...waiters, { resolve, waitsFor: undefined }];
      }),
    stop: async () => {
      isStopped = true;
      await ended;
    },
  };
};

interface Waiter {
  readonly resolve: () => void;
  /** Unknown until a round that began after the call has read to the end. */
  waitsFor: number | undefined;
}
