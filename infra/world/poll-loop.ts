/**
 * Something that is done over and over until it is stopped: read a stream, apply what it held.
 *
 * Polling must idle well, since a world may run all day, and must say when it has caught up, since "has everything
 * arrived?" is the question that the play, the tests and people ask.
 */
import type { Sleep } from '../../domain/ports/clock.ts';

/** What one round found. `waiting`: there is something, but it cannot be done now. */
export type Round = 'busy' | 'idle' | 'waiting';

export interface PollLoopOptions {
  readonly round: () => Promise<Round>;
  readonly sleep: Sleep;
  /** Called with what a round threw; the loop goes on after a pause. */
  readonly onFault: (fault: unknown) => void;
}

export interface PollLoop {
  /** Resolves when a round that began after this call has found nothing to do; never once the loop is stopped. */
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
  let waiters: (() => void)[] = [];

  const runOnce = async (): Promise<number> => {
    const waitersBefore = waiters;
    waiters = [];
    try {
      const found = await round();
      if (found === 'idle') for (const resolve of waitersBefore) resolve();
      else waiters = [...waitersBefore, ...waiters];
      return found === 'busy' ? busyPauseMs : idlePauseMs;
    } catch (fault) {
      waiters = [...waitersBefore, ...waiters];
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
    caughtUp: () => new Promise((resolve) => waiters.push(resolve)),
    stop: async () => {
      isStopped = true;
      await ended;
    },
  };
};
