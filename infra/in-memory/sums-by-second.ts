/**
 * What was counted in each of the last seconds, of which the oldest are forgotten.
 */
import { trafficSeconds } from '../../domain/traffic/complete-periods.ts';

export interface SumsBySecond {
  /** What lies further back than is kept is left out. */
  readonly add: (atMs: number, value: number) => void;
  /** From `fromMs` to before `toMs`, both whole seconds; undefined where nothing was counted. */
  readonly sum: (fromMs: number, toMs: number) => number | undefined;
}

/** The oldest of the last 15 minutes' periods of five minutes has to be whole while the newest is not complete. */
export const keptSeconds = trafficSeconds + 2 * 300;

export const createSumsBySecond = (): SumsBySecond => {
  // A place for each second; what stands there may be of a second that is long past.
  const places: (SecondSum | undefined)[] = Array.from({ length: keptSeconds });
  return {
    add: (atMs, value) => {
      const second = Math.floor(atMs / 1_000);
      const place = second % keptSeconds;
      const there = places[place];
      if (there?.second === second) there.sum += value;
      else if (second > (there?.second ?? -1)) places[place] = { second, sum: value };
    },
    sum: (fromMs, toMs) => {
      let sum: number | undefined;
      for (let second = fromMs / 1_000; second < toMs / 1_000; second++) {
        const there = places[second % keptSeconds];
        if (there?.second === second) sum = (sum ?? 0) + there.sum;
      }
      return sum;
    },
  };
};

interface SecondSum {
  readonly second: number;
  sum: number;
}
