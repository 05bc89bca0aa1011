/** Calls back at most every 250 ms, however often it is told that something happened. */
import type { Clock } from '../../domain/ports/clock.ts';

export interface Pacer {
  readonly tick: () => void;
  /** Calls back in any case. */
  readonly flush: () => void;
}

const intervalMs = 250;

export const createPacer = (clock: Clock, tell: () => void): Pacer => {
  let toldAtMs: number | undefined;
  const flush = (): void => {
    toldAtMs = clock.nowMs();
    tell();
  };
  return {
    flush,
    tick: () => {
      const nowMs = clock.nowMs();
      // A clock that was set back must not silence us until it has caught up.
      if (toldAtMs === undefined || Math.abs(nowMs - toldAtMs) >= intervalMs) flush();
    },
  };
};
