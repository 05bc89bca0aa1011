/**
 * When what a region's document says was said, in true time and by revision. Whoever enacts a plan rewrites the document
 * and says nothing new of links and breaker.
 */
import type { RegionState } from '../../../../domain/write-plan/region-state.ts';
import type { ControlChange } from '../../model/simulated-control-store.ts';
import { isRegionDocument } from './region-state-of.ts';

export interface WrittenTimes {
  readonly note: (change: ControlChange) => void;
  readonly of: (revision: number) => number | undefined;
}

export const createWrittenTimes = (trueNowMs: () => number): WrittenTimes => {
  const times: number[] = [];
  let writtenAtMs: number | undefined;
  return {
    note: (change) => {
      if (!isRegionDocument(change)) return;
      const state = change.value as RegionState | undefined;
      const isSaidAgain = state?.writtenAtMs === writtenAtMs && times.length > 0;
      times.push(isSaidAgain ? (times.at(-1) ?? trueNowMs()) : trueNowMs());
      writtenAtMs = state?.writtenAtMs;
    },
    // Revisions are 1, 2, 3 …, since nobody removes the document.
    of: (revision) => times[revision - 1],
  };
};
