/**
 * One beat of a region: from what it held and what has arrived to what it holds next, and what it says to others.
 */
import { type BreakerSettings, isSickLink, turnBreaker } from './breaker.ts';
import { enactNewest } from './enact-plan.ts';
import {
  type Lease,
  type LeaseHolding,
  type LeaseLook,
  type LeaseSettings,
  type LeaseStep,
  stepLease,
} from './lease.ts';
import type { Beat } from './link-lag.ts';
import { hasSickPeer, observeLinks, worstLagMs } from './observe-links.ts';
import type { RegionState } from './region-state.ts';
import type { WritePlan } from './write-plan.ts';

export interface Arrived {
  /** Undefined where nobody could look. */
  readonly peerBeats: readonly Beat[] | undefined;
  readonly plans: readonly WritePlan[];
  /** When an entry last arrived that was older than the threshold; undefined for never. */
  readonly lateArrivalMs: number | undefined;
  readonly witness: WitnessLook;
}

export type WitnessLook =
  /** The deployment has none. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unreachable' }
  /** `lease` is undefined where there is no row yet. */
  | { readonly kind: 'seen'; readonly lease: Lease | undefined };

export interface TurnSettings {
  readonly region: string;
  /** Until the next beat. */
  readonly beatMs: number;
  readonly breaker: BreakerSettings;
  readonly lease: LeaseSettings;
}

export interface Turn {
  /** With the lease as it is if nothing is put. */
  readonly state: RegionState;
  /** For the region's next beat. */
  readonly hasSickLink: boolean;
  readonly isClockSound: boolean;
  /** What to do in the witness; undefined where it was not seen. */
  readonly leaseStep: { readonly step: LeaseStep; readonly look: LeaseLook } | undefined;
}

/** `before.counter` is that of the newest beat sent. */
export const turnRegion = (before: RegionState, arrived: Arrived, nowMs: number, settings: TurnSettings): Turn => {
  const { region, beatMs } = settings;
  const elapsedMs = nowMs - before.writtenAtMs;
  const isClockSound = elapsedMs >= beatMs / 2;
  const { peerBeats, plans, lateArrivalMs, witness } = arrived;
  const enactment = enactNewest(before.plan, plans);
  const plan = enactment.kind === 'enact' ? enactment.plan : before.plan;
  const links = observeLinks(before.links, {
    region,
    lastCounter: before.counter,
    peerBeats,
    nowMs,
    elapsedMs,
    beatMs,
  });
  const enactedAtMs = enactment.kind === 'enact' ? nowMs : before.enactedAtMs && Math.min(before.enactedAtMs, nowMs);
  const counted = mayDroppedAct(witness, enactedAtMs, nowMs, settings.lease)
    ? [...plan.regions, ...Object.keys(links)]
    : plan.regions;
  const peers = counted.filter((name) => name !== region);
  const linkLagMs = worstLagMs(links, peers);
  const breaker = turnBreaker(
    before.breaker,
    { nowMs, linkLagMs, hasSickPeer: hasSickPeer(links, peers), lateArrivalMs },
    settings.breaker,
  );
  const holding = soundHolding(before.lease ?? { kind: 'none' }, isClockSound);
  const look = witness.kind === 'seen' && {
    region,
    lease: witness.lease,
    plan,
    isOpen: breaker.kind !== 'closed',
    nowMs,
  };
  const leaseStep = look ? { look, step: stepLease(holding, look, settings.lease) } : undefined;
  const lease = witness.kind === 'none' ? undefined : (leaseStep?.step.holding ?? holding);
  return {
    state: { ...before, plan, enactedAtMs, links, breaker, lease, counter: before.counter + 1, writtenAtMs: nowMs },
    hasSickLink: isSickLink(linkLagMs, settings.breaker),
    isClockSound,
    leaseStep,
  };
};

/** Whom a plan has dropped may not have heard of it, and act on its lease for a term: until then its silence counts. */
const mayDroppedAct = (
  { kind }: WitnessLook,
  enactedAtMs: number | undefined,
  nowMs: number,
  { termMs, marginMs }: LeaseSettings,
): boolean => kind !== 'none' && enactedAtMs !== undefined && nowMs - enactedAtMs < termMs + marginMs;

/** By a clock that stood still or went back, a term would never end. */
const soundHolding = (holding: LeaseHolding, isClockSound: boolean): LeaseHolding =>
  holding.kind === 'held' && !isClockSound ? { kind: 'held', epoch: holding.epoch } : holding;
