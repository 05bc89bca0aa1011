/**
 * What a beat says to whoever watches. The lag of a silent peer goes on growing, so that silence is no gap.
 */
import type { AgentMetrics } from '../../domain/ports/metrics.ts';
import type { Breaker } from '../../domain/write-plan/breaker.ts';
import { findPlanConflicts } from '../../domain/write-plan/enact-plan.ts';
import type { RegionState } from '../../domain/write-plan/region-state.ts';
import type { Turn } from '../../domain/write-plan/turn-region.ts';
import type { WritePlan } from '../../domain/write-plan/write-plan.ts';

export interface ReportedBeat {
  readonly region: string;
  readonly peers: readonly string[];
  readonly before: RegionState;
  readonly turn: Turn;
  readonly state: RegionState;
  /** Those that were read at this beat. */
  readonly plans: readonly WritePlan[];
}

export const reportBeat = (
  metrics: AgentMetrics,
  { region, peers, before, turn, state, plans }: ReportedBeat,
): void => {
  const { links, breaker, plan, lease, writtenAtMs } = state;
  for (const peer of peers) {
    const link = Object.hasOwn(links, peer) ? links[peer] : undefined;
    if (link?.lagMs !== undefined) metrics.gauge('LinkLagMs', link.lagMs, { from: region, to: peer });
    if (link) metrics.gauge('HeartbeatAgeMs', writtenAtMs - link.heardAtMs, { from: peer, to: region });
  }
  metrics.gauge('BreakerState', breakerNumbers[breaker.kind]);
  metrics.gauge('PlanEpoch', plan.epoch);
  if (plan.entryId !== before.plan.entryId) metrics.count('PlanEnacted');
  if (lease?.kind === 'held' && before.lease?.kind !== 'held') metrics.count('LeaseTaken');
  if (!turn.isClockSound) metrics.count('ClockJumped');
  // A newer plan settles what two of one epoch left open.
  if (findPlanConflicts(plans).some(([first]) => first?.epoch === plan.epoch)) metrics.count('PlanConflict');
};

const breakerNumbers: Readonly<Record<Breaker['kind'], number>> = { closed: 0, 'half-open': 1, open: 2 };
