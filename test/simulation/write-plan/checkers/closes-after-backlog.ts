/**
 * A breaker closes only when nothing late has been noted for a cool-down; but for a clock that went wrong in it.
 */
import { breakerDefaults } from '../../../../domain/write-plan/breaker.ts';
import { clockRateErrorMax, leaseDefaults } from '../../../../domain/write-plan/lease.ts';
import type { PlanChecker, PlanWorld } from './plan-checker.ts';

interface Note {
  /** In true time. */
  readonly putMs: number;
  /** By the region's clock: what the note says. */
  readonly saysMs: number;
}

export const closesAfterBacklog = (world: PlanWorld): PlanChecker => {
  const notes = new Map<string, readonly Note[]>();
  return {
    invariant: 'closes-after-backlog: a breaker closes only a cool-down after the last late arrival',
    onLateArrivalNoted: (region, saysMs) => {
      const ofRegion = notes.get(region) ?? [];
      notes.set(region, [...ofRegion, { putMs: world.nowMs(), saysMs }].slice(-notesMax));
      if (world.stateOf(region)?.breaker.kind !== 'closed')
        world.reached('late arrival while the breaker is not closed');
      return undefined;
    },
    onRegionState: ({ region, before, after }) => {
      if (before?.breaker.kind !== 'half-open' || after.breaker.kind !== 'closed') return undefined;
      const clock = world.clockOf(region);
      // What is put late was decided when it says.
      const decidedMs = world.nowMs() - (clock.nowMs() - after.writtenAtMs) / (1 - clockRateErrorMax);
      const last = notes.get(region)?.findLast(({ putMs }) => putMs < decidedMs - lookSlackMs);
      if (!last || clock.soundSinceMs() > last.putMs - 2 * breakerDefaults.coolDownMs) return undefined;
      const quietMs = after.writtenAtMs - last.saysMs;
      return quietMs < breakerDefaults.coolDownMs
        ? `the breaker of ${region} closed ${quietMs} ms after an entry had come late`
        : undefined;
    },
  };
};

/** What may come between a look and what is made of it. */
const lookSlackMs = leaseDefaults.lookMsMax + 1_000;
const notesMax = 200;
