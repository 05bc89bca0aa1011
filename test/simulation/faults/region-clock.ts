/**
 * A region's physical clock: minutes off, jumping, or standing still, as clocks in the field are.
 */
import type { Clock } from '../../../domain/ports/clock.ts';

export interface RegionClock extends Clock {
  readonly jumpTo: (offsetMs: number) => void;
  readonly freeze: () => void;
  readonly unfreeze: () => void;
}

/** Ten minutes either way. */
export const clockOffsetMsMax = 600_000;

export const createRegionClock = (trueNowMs: () => number): RegionClock => {
  let offsetMs = 0;
  let frozenMs: number | undefined;
  const readMs = (): number => Math.floor(trueNowMs() + offsetMs);
  return {
    nowMs: () => frozenMs ?? readMs(),
    jumpTo: (newOffsetMs) => {
      offsetMs = newOffsetMs;
    },
    freeze: () => {
      frozenMs ??= readMs();
    },
    unfreeze: () => {
      frozenMs = undefined;
    },
  };
};
