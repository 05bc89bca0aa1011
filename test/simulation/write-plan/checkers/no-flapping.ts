/**
 * A breaker opens at most so many times in any hour of its own clock. After a clock that went back, an opening to come
 * happened just then.
 */
import { breakerDefaults } from '../../../../domain/write-plan/breaker.ts';
import type { PlanChecker, PlanWorld } from './plan-checker.ts';

export const noFlapping = (world: PlanWorld): PlanChecker => {
  const openingsByRegion = new Map<string, readonly number[]>();
  return {
    invariant: 'no-flapping: a breaker opens at most as often in an hour as its budget says',
    onRegionState: ({ region, before, after }) => {
      const { writtenAtMs: nowMs, breaker } = after;
      const known = openingsByRegion.get(region) ?? [];
      const isOpening = before?.breaker.kind === 'closed' && breaker.kind !== 'closed';
      const openings = [...known.map((atMs) => Math.min(atMs, nowMs)), ...(isOpening ? [nowMs] : [])].filter(
        (atMs) => atMs > nowMs - hourMs,
      );
      openingsByRegion.set(region, openings);
      if (isOpening) world.reached('breaker opened');
      if (before && before.breaker.kind !== 'closed' && breaker.kind === 'closed')
        world.reached('breaker closed again');
      const { openingsPerHourMax } = breakerDefaults;
      return openings.length > openingsPerHourMax
        ? `the breaker of ${region} opened ${openings.length} times in an hour, at most ${openingsPerHourMax} are meant`
        : undefined;
    },
  };
};

const hourMs = 3_600_000;
