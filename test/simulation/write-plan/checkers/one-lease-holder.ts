/**
 * At most one region at a time holds the witness's lease by what its document says and its clock shows; but for a clock
 * that went wrong while the lease was counted.
 */
import type { RegionState } from '../../../../domain/write-plan/region-state.ts';
import { leaseMemoryMs } from '../bounds.ts';
import type { PlanChecker, PlanWorld } from './plan-checker.ts';

export const oneLeaseHolder = (world: PlanWorld): PlanChecker => {
  const isHolding = (region: string, state: RegionState | undefined): boolean =>
    state?.lease?.kind === 'held' && world.clockOf(region).nowMs() < (state.lease.untilMs ?? Number.NEGATIVE_INFINITY);

  return {
    invariant: 'one-lease-holder: at most one region at a time acts on the lease of the witness',
    onRegionState: ({ region, before, after }) => {
      if (!isHolding(region, after)) return undefined;
      if (before?.agent !== after.agent) world.reached('lease renewed by another run of the agent');
      if (isTakenOver(before, after)) world.reached('lease taken over');
      const rival = world.names.find((name) => name !== region && isHolding(name, world.stateOf(name)));
      if (rival === undefined) return undefined;
      const isClockWrong = [region, rival].some(
        (name) => world.clockOf(name).soundSinceMs() > world.nowMs() - leaseMemoryMs,
      );
      if (!isClockWrong) return `${region} and ${rival} hold the lease at ${world.nowMs()}`;
      world.reached('two regions decide or hold the lease: a clock went wrong');
      return undefined;
    },
  };
};

const isTakenOver = (before: RegionState | undefined, { lease }: RegionState): boolean =>
  before?.lease?.kind === 'none' && before.lease.watch !== undefined && lease?.kind === 'held';
