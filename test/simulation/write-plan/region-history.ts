/**
 * What checkers ask of the past of a region: when it beat, and since when its plan counts on the regions that it does.
 */
import type { RegionState } from '../../../domain/write-plan/region-state.ts';

export interface RegionHistory {
  readonly states: Map<string, RegionState>;
  readonly note: (region: string, state: RegionState) => void;
  readonly beatsSince: (region: string, sinceMs: number) => number;
  readonly planSinceMs: (region: string) => number;
}

export const createRegionHistory = (nowMs: () => number): RegionHistory => {
  const states = new Map<string, RegionState>();
  const beats = new Map<string, number[]>();
  const plans = new Map<string, { readonly regions: string; readonly sinceMs: number }>();
  return {
    states,
    note: (region, state) => {
      const before = states.get(region);
      states.set(region, state);
      const ofRegion = beats.get(region) ?? [];
      if (before?.counter !== state.counter) ofRegion.push(nowMs());
      beats.set(region, ofRegion);
      const regions = [...state.plan.regions].sort().join();
      if (plans.get(region)?.regions !== regions) plans.set(region, { regions, sinceMs: nowMs() });
    },
    beatsSince: (region, sinceMs) => {
      const ofRegion = beats.get(region) ?? [];
      return ofRegion.length - (ofRegion.findLastIndex((atMs) => atMs < sinceMs) + 1);
    },
    planSinceMs: (region) => plans.get(region)?.sinceMs ?? nowMs(),
  };
};
