/**
 * A region's physical clock: minutes off, jumping, standing still, and never of quite the right rate. It remembers when
 * it last went wrong, since some promises are made only to those whose clocks go.
 */
import type { Clock } from '../../../../domain/ports/clock.ts';

export interface PlanClock extends Clock {
  readonly jumpTo: (offsetMs: number) => void;
  readonly freeze: () => void;
  readonly unfreeze: () => void;
  /** In true time: when it last did anything but go; now, while it stands still. */
  readonly soundSinceMs: () => number;
}

export const createPlanClock = (trueNowMs: () => number, rate: number): PlanClock => {
  const startMs = trueNowMs();
  let offsetMs = 0;
  let frozenMs: number | undefined;
  let soundSinceMs = Number.NEGATIVE_INFINITY;
  const readMs = (): number => Math.floor(startMs + (trueNowMs() - startMs) * rate + offsetMs);
  return {
    nowMs: () => frozenMs ?? readMs(),
    jumpTo: (newOffsetMs) => {
      offsetMs = newOffsetMs;
      soundSinceMs = trueNowMs();
    },
    freeze: () => {
      frozenMs ??= readMs();
    },
    unfreeze: () => {
      frozenMs = undefined;
      soundSinceMs = trueNowMs();
    },
    soundSinceMs: () => (frozenMs === undefined ? soundSinceMs : trueNowMs()),
  };
};
