/**
 * While every link is whole and quick, every agent runs and every clock goes, no breaker opens: requests that fail now and
 * then are no reason.
 */
import type { PlanChecker, PlanWorld } from './plan-checker.ts';

export const opensForAReason = (world: PlanWorld): PlanChecker => {
  let quietSinceMs = world.nowMs();
  const isWell = (): boolean =>
    world.options.agentEveryMs <= overlappingMs &&
    world.links.every((link) => !link.isCut() && link.slowness() <= 1) &&
    world.names.every(world.isReachable);

  return {
    invariant: 'opens-for-a-reason: while links, agents and clocks are well, no breaker opens',
    onDisturbed: () => {
      quietSinceMs = world.nowMs();
    },
    onRegionState: ({ region, before, after }) => {
      if (before?.breaker.kind !== 'closed' || after.breaker.kind === 'closed' || !isWell()) return undefined;
      const quietMs = world.nowMs() - quietSinceMs;
      return quietMs > afterEffectsMs
        ? `the breaker of ${region} opened, and nothing had turned for ${quietMs} ms: ${JSON.stringify(after.links)}`
        : undefined;
    },
  };
};

/** Runs that do not overlap leave gaps. */
const overlappingMs = 60_000;

/** What was on its way when something turned has arrived. */
const afterEffectsMs = 5 * 60_000;
