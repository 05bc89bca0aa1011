/**
 * All that a region holds of plan, breaker, links and lease: one document that its agent rewrites at every beat.
 *
 * One document, so that nothing can clear the plan away and leave the rest, and whoever writes on the strength of an old
 * reading loses the compare-and-set as a whole. It outlives every run of the agent, and the API reads it.
 */
import type { WriteGate } from './admission.ts';
import type { Breaker } from './breaker.ts';
import type { LeaseHolding } from './lease.ts';
import type { WritePlan } from './write-plan.ts';

export interface RegionState {
  /** The run of the agent that beats; empty where it has ended. */
  readonly agent: string;
  /** The one enacted here. */
  readonly plan: WritePlan;
  /** When that was; undefined for the configured plan. */
  readonly enactedAtMs?: number | undefined;
  readonly breaker: Breaker;
  /** By peer, as far as one was heard. */
  readonly links: Readonly<Record<string, LinkReading>>;
  /** Undefined in a deployment without a witness. */
  readonly lease?: LeaseHolding | undefined;
  /** Of the region's newest beat. */
  readonly counter: number;
  /** By the region's physical clock, as all times here. */
  readonly writtenAtMs: number;
}

export interface LinkReading {
  /** Undefined while the peer has echoed none of our beats. */
  readonly lagMs?: number | undefined;
  /** Of the peer's newest beat here. */
  readonly counter: number;
  readonly heardAtMs: number;
  /** What our clock is ahead of the peer's, with the shortest way that a beat took lately. */
  readonly skewMs: number;
  readonly hasSickLink: boolean;
}

export interface GateSettings {
  readonly hasWitness: boolean;
  readonly isStrict: boolean;
  /** By region, where they are known. */
  readonly apiUrls: Readonly<Record<string, string>>;
}

export const gateOf = (
  { plan, breaker, lease, writtenAtMs }: Pick<RegionState, 'plan' | 'breaker' | 'lease' | 'writtenAtMs'>,
  { hasWitness, isStrict, apiUrls }: GateSettings,
): WriteGate => ({
  plan,
  breaker: breaker.kind,
  leaseUntilMs: lease?.kind === 'held' ? lease.untilMs : undefined,
  hasWitness: hasWitness && plan.withoutWitness !== true,
  isStrict,
  primaryUrl: Object.hasOwn(apiUrls, plan.primary) ? apiUrls[plan.primary] : undefined,
  writtenAtMs,
});
