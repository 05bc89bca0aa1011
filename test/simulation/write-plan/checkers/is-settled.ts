/**
 * Whether a partition has lasted for so long that at most one region may decide: a link between two regions of the plan
 * has been cut for the bound, and whoever had to notice was able to.
 */
import { settledBeats, settledBetweenMs, settledMs } from '../bounds.ts';
import type { CheckedGate } from '../region/order-container.ts';
import type { PlanWorld } from './plan-checker.ts';

export const isSettled = (world: PlanWorld, { region, gate: { plan } }: CheckedGate): boolean =>
  world.links.some(({ from, to, cutSinceMs }) => {
    const cutMs = cutSinceMs();
    if (cutMs === undefined || !plan.regions.includes(from) || !plan.regions.includes(to)) return false;
    const isEnd = region === from || region === to;
    const watchers = isEnd ? [region] : [region, from, to];
    const sinceMs = Math.max(cutMs, ...watchers.map(world.planSinceMs));
    if (world.nowMs() - sinceMs <= (isEnd ? settledMs : settledBetweenMs)) return false;
    return watchers.every((name) => canNotice(world, name, { from, to, sinceMs }));
  });

interface CutLink {
  readonly from: string;
  readonly to: string;
  readonly sinceMs: number;
}

/** By a clock that went, or in beats; and by a plan that counts on both ends. */
const canNotice = (world: PlanWorld, region: string, { from, to, sinceMs }: CutLink): boolean => {
  const regions = world.stateOf(region)?.plan.regions ?? [];
  const isInTime = world.clockOf(region).soundSinceMs() < sinceMs || world.beatsSince(region, sinceMs) >= settledBeats;
  return isInTime && regions.includes(from) && regions.includes(to);
};
