/**
 * What a region says of its write plan and its links, to whoever asks: the API and the command line say the same.
 *
 * Of a document that nobody has rewritten for a while it says what stands there, and that it is not fresh: the region then
 * behaves as if it were cut off.
 */
import { gateAgeMsMax } from '../../domain/write-plan/admission.ts';
import type { Breaker } from '../../domain/write-plan/breaker.ts';
import { findPlanConflicts } from '../../domain/write-plan/enact-plan.ts';
import type { LeaseHolding } from '../../domain/write-plan/lease.ts';
import type { WrittenPlan } from '../../domain/write-plan/plan-stream.ts';
import type { LinkReading, RegionState } from '../../domain/write-plan/region-state.ts';
import { comparePlans, configuredEpoch, type WritePlan } from '../../domain/write-plan/write-plan.ts';
import type { EnactedPlan } from './enacted-plans.ts';

export interface RegionAnswer {
  readonly region: string;
  /** The agent has rewritten the region's document lately. */
  readonly fresh: boolean;
  readonly writtenAt?: string;
  /** Only the primary takes decisions, as far as this region knows. */
  readonly isolated: boolean;
  readonly breaker: BreakerAnswer;
}

export interface BreakerAnswer {
  readonly state: Breaker['kind'];
  readonly openingsLastHour: number;
  /** When it opened, or began to close; absent where that is not known any more. */
  readonly since?: string;
}

export interface PlanAnswer extends RegionAnswer {
  readonly plan: PlanContentAnswer;
  /** Nobody has written a plan yet: the deployment's settings hold. */
  readonly configured: boolean;
  /** The change by which the plan came, as far as it has arrived here. */
  readonly change?: PlanChangeAnswer;
  /** Absent in a deployment without a witness. */
  readonly lease?: LeaseAnswer;
  /** The newest, newest first. */
  readonly history: readonly PlanChangeAnswer[];
  readonly conflicts: readonly PlanConflictAnswer[];
}

export interface PlanContentAnswer {
  readonly primary: string;
  readonly regions: readonly string[];
  readonly epoch: number;
  readonly withoutWitness?: true;
}

export interface PlanChangeAnswer extends PlanContentAnswer {
  readonly entryId: string;
  readonly reason: string;
  readonly actor?: string;
  /** Where it was written. */
  readonly region: string;
  readonly recordedAt?: string;
  /** By this region. */
  readonly enactedAt?: string;
}

export interface LeaseAnswer {
  readonly state: LeaseHolding['kind'];
  readonly epoch?: number;
  /** Until when this region may act on it. */
  readonly until?: string;
}

/** Plans of one epoch that say different things, by the ids of their entries. */
export interface PlanConflictAnswer {
  readonly epoch: number;
  readonly entryIds: readonly string[];
}

export interface ReplicationAnswer extends RegionAnswer {
  readonly planEpoch: number;
  readonly peers: readonly PeerAnswer[];
}

/** Of a peer that was never heard there is only its name. */
export interface PeerAnswer {
  readonly region: string;
  readonly linkLagMs?: number;
  readonly heartbeatAgeMs?: number;
  readonly heartbeatCounter?: number;
  readonly clockSkewMs?: number;
  readonly hasSickLink?: boolean;
}

export interface KnownRegion {
  readonly region: string;
  readonly peers: readonly string[];
  readonly configured: WritePlan;
  /** Undefined where there is none, or none that can be read. */
  readonly state: RegionState | undefined;
  readonly nowMs: number;
}

export interface KnownPlans {
  /** All that have arrived here. */
  readonly written: readonly WrittenPlan[];
  readonly enacted: readonly EnactedPlan[];
}

export const historyItemsMax = 50;

export const planAnswer = (known: KnownRegion, { written, enacted }: KnownPlans): PlanAnswer => {
  const { state, configured } = known;
  const plan = state?.plan ?? configured;
  const enactedAtMs = new Map(enacted.map((it) => [it.plan.entryId, it.enactedAtMs]));
  const changes = written
    .toSorted((left, right) => comparePlans(right, left))
    .map((change) => changeAnswer(change, enactedAtMs.get(change.entryId)));
  const change = changes.find(({ entryId }) => entryId === plan.entryId);
  return {
    ...regionAnswer(known),
    plan: contentAnswer(plan),
    configured: plan.epoch === configuredEpoch,
    ...(change && { change }),
    ...(state?.lease && { lease: leaseAnswer(state.lease) }),
    history: changes.slice(0, historyItemsMax),
    conflicts: findPlanConflicts(written).map(conflictAnswer),
  };
};

export const replicationAnswer = (known: KnownRegion): ReplicationAnswer => {
  const { state, configured, peers, nowMs } = known;
  const links = new Map(Object.entries(state?.links ?? {}));
  return {
    ...regionAnswer(known),
    planEpoch: (state?.plan ?? configured).epoch,
    peers: peers.map((peer) => peerAnswer(peer, links.get(peer), nowMs)),
  };
};

export const changeAnswer = (
  { entryId, reason, actor, region, recordedAt, ...plan }: WrittenPlan,
  enactedAtMs: number | undefined,
): PlanChangeAnswer => ({
  ...contentAnswer({ ...plan, entryId }),
  entryId,
  reason,
  ...(actor !== undefined && { actor }),
  region,
  ...(recordedAt !== undefined && { recordedAt: toIso(recordedAt) }),
  ...(enactedAtMs !== undefined && { enactedAt: toIso(enactedAtMs) }),
});

const contentAnswer = ({ primary, regions, epoch, withoutWitness }: WritePlan): PlanContentAnswer => ({
  primary,
  regions,
  epoch,
  ...(withoutWitness && { withoutWitness }),
});

const conflictAnswer = (plans: readonly WritePlan[]): PlanConflictAnswer => ({
  epoch: plans[0]?.epoch ?? configuredEpoch,
  entryIds: plans.map(({ entryId }) => entryId),
});

const regionAnswer = ({ region, state, nowMs }: KnownRegion): RegionAnswer => {
  if (!state) return { region, fresh: false, isolated: true, breaker: { state: 'open', openingsLastHour: 0 } };
  const fresh = Math.abs(nowMs - state.writtenAtMs) <= gateAgeMsMax;
  return {
    region,
    fresh,
    writtenAt: toIso(state.writtenAtMs),
    isolated: !fresh || state.breaker.kind !== 'closed',
    breaker: breakerAnswer(state.breaker, nowMs),
  };
};

const breakerAnswer = (breaker: Breaker, nowMs: number): BreakerAnswer => {
  const openings = breaker.openings.filter((atMs) => atMs > nowMs - hourMs);
  const sinceMs =
    breaker.kind === 'half-open' ? breaker.sinceMs : breaker.kind === 'open' ? openings.at(-1) : undefined;
  return {
    state: breaker.kind,
    openingsLastHour: openings.length,
    ...(sinceMs !== undefined && { since: toIso(sinceMs) }),
  };
};

const leaseAnswer = (lease: LeaseHolding): LeaseAnswer => {
  const epoch = lease.kind === 'none' ? lease.watch?.epoch : lease.epoch;
  const untilMs = lease.kind === 'held' ? lease.untilMs : undefined;
  return {
    state: lease.kind,
    ...(epoch !== undefined && { epoch }),
    ...(untilMs !== undefined && { until: toIso(untilMs) }),
  };
};

const peerAnswer = (region: string, link: LinkReading | undefined, nowMs: number): PeerAnswer => {
  if (!link) return { region };
  const { lagMs, counter, heardAtMs, skewMs, hasSickLink } = link;
  return {
    region,
    ...(lagMs !== undefined && { linkLagMs: Math.round(lagMs) }),
    heartbeatAgeMs: Math.max(0, nowMs - heardAtMs),
    heartbeatCounter: counter,
    clockSkewMs: Math.round(skewMs),
    hasSickLink,
  };
};

const hourMs = 60 * 60 * 1000;

/** What stands in a document may be no date at all. */
const toIso = (ms: number): string => new Date(Math.min(Math.max(ms, 0), dateMsMax)).toISOString();
/** The end of the year 9999. */
const dateMsMax = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
