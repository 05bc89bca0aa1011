/**
 * Somebody decides: while nothing turns for long enough, a region that can does; and when the faults are over, all do.
 *
 * With a witness that is a region of the plan which reaches it; without one it is the primary. In the end every region's
 * breaker has closed, unless its budget is spent, and every region of the plan has taken a decision since.
 */
import { breakerDefaults } from '../../../../domain/write-plan/breaker.ts';
import { takeoverMs } from '../bounds.ts';
import type { PlanChecker, PlanWorld } from './plan-checker.ts';

export const primaryAlwaysSomewhere = (world: PlanWorld): PlanChecker => {
  const decidedMs = new Map<string, number>();
  let quietSinceMs = world.nowMs();

  /** The region, or any, has decided in the last so many ms. */
  const hasDecided = (region: string | undefined, withinMs: number): boolean =>
    [...decidedMs].some(([name, atMs]) => (!region || name === region) && atMs > world.nowMs() - withinMs);

  /** A person who goes without the witness leaves the lease with whoever has it, and takes over himself. */
  const goesWithoutWitness = (): boolean =>
    !world.options.hasWitness || world.names.some((name) => world.stateOf(name)?.plan.withoutWitness);

  const whoShouldDecide = (): string | undefined =>
    world.names.find((name) => {
      const plan = world.stateOf(name)?.plan;
      if (!plan || !world.isReachable(name)) return false;
      return goesWithoutWitness()
        ? plan.primary === name && (!world.options.hasWitness || plan.withoutWitness === true)
        : plan.regions.includes(name) && world.reachesWitness(name);
    });

  return {
    invariant: 'primary-always-somewhere: somebody decides within the bound, and all do once the faults are over',
    onDisturbed: () => {
      quietSinceMs = world.nowMs();
    },
    onAccepted: ({ region, isPrimaryMatter, checkedMs }) => {
      if (isPrimaryMatter) decidedMs.set(region, Math.max(checkedMs, decidedMs.get(region) ?? 0));
      return undefined;
    },
    onTick: () => {
      if (world.nowMs() - quietSinceMs < takeoverMs) return undefined;
      const able = whoShouldDecide();
      const whom = goesWithoutWitness() ? able : undefined;
      if (able === undefined || hasDecided(whom, takeoverMs)) return undefined;
      return `nothing turned for ${takeoverMs} ms, and ${whom ?? `neither ${able} nor anybody`} decided anything`;
    },
    atRest: () => {
      for (const name of world.names) {
        const state = world.stateOf(name);
        if (state?.breaker.kind === 'half-open' && isSpent(state.breaker.openings)) {
          world.reached('breaker did not close again in the time given: its budget was spent');
          continue;
        }
        if (state?.breaker.kind !== 'closed') return `the breaker of ${name} ends ${state?.breaker.kind}`;
        if (state.plan.regions.includes(name) && !hasDecided(name, probeMs)) return `${name} ends without deciding`;
      }
      return undefined;
    },
  };
};

const isSpent = (openings: readonly number[]): boolean => openings.length >= breakerDefaults.openingsPerHourMax;

/** In which every region is asked for decisions at the very end. */
export const probeMs = 60_000;
