/**
 * Whether this region may take a command now: what the API asks before it decides.
 *
 * Alone of all the parts of the write plan it must be right when everything else is missing: a region that cannot see how
 * things stand behaves as if the link were cut. It then goes by the last plan that it enacted, else by the configured one.
 */
import type { WhenIsolated } from '../lifecycle/define-lifecycle.ts';
import type { Breaker } from './breaker.ts';
import type { WritePlan } from './write-plan.ts';

/** How things stand in a region, as its agent wrote it down. */
export interface WriteGate {
  readonly plan: WritePlan;
  readonly breaker: Breaker['kind'];
  /** Until when the region holds the witness's lease; undefined in a deployment without a witness. */
  readonly leaseUntilMs?: number | undefined;
  readonly hasWitness: boolean;
  /** Outside the primary nothing at all is taken while the link is sick. */
  readonly isStrict: boolean;
  readonly primaryUrl?: string | undefined;
  /** By the agent's clock. */
  readonly writtenAtMs: number;
}

export interface AdmissionRequest {
  readonly region: string;
  /** Of the command's events; the strictest counts. */
  readonly whenIsolated: readonly WhenIsolated[];
  /** The region that accepted the order's first entry; undefined for a new order, which is at home where it is placed. */
  readonly home: string | undefined;
  readonly nowMs: number;
}

export type Admission =
  | { readonly kind: 'admitted' }
  | {
      readonly kind: 'not-admitted';
      readonly reason: NotAdmittedReason;
      /** Where to go instead: the home of the order where that alone takes it. */
      readonly primary: string;
      readonly primaryUrl: string | undefined;
    };

/** `no-lease` is said by the primary: until it holds the witness's lease again, another region may be taking over. */
export type NotAdmittedReason = 'isolated' | 'not-in-plan' | 'no-lease';

/** A gate that nobody has written for this long says nothing any more. */
export const gateAgeMsMax = 10_000;
/** By which the clocks of agent and API in one region may differ: well within the margin of a lease. */
export const clockErrorMsMax = 1_500;

export const admit = (gate: WriteGate, request: AdmissionRequest): Admission => {
  const { plan, isStrict, primaryUrl } = gate;
  const { region, nowMs } = request;
  const refuse = (reason: NotAdmittedReason, takenBy = plan.primary): Admission => ({
    kind: 'not-admitted',
    reason,
    primary: takenBy,
    primaryUrl: takenBy === plan.primary ? primaryUrl : undefined,
  });
  const needs = strictest(request.whenIsolated);
  const isPrimary = region === plan.primary;
  if (isIsolated(gate, nowMs)) {
    if (needs === 'anywhere') return isStrict && !isPrimary ? refuse('isolated') : admitted;
    if (needs === 'home' && !isStrict) {
      const home = request.home ?? region;
      const keeper = plan.regions.includes(home) ? home : plan.primary;
      if (keeper !== plan.primary) return region === keeper ? admitted : refuse('isolated', keeper);
    }
    if (!isPrimary) return refuse('isolated');
    return !gate.hasWitness || holdsLease(gate, nowMs) ? admitted : refuse('no-lease');
  }
  if (needs === 'anywhere' || plan.regions.includes(region)) return admitted;
  return refuse('not-in-plan');
};

const admitted: Admission = { kind: 'admitted' };

const isIsolated = ({ breaker, writtenAtMs }: WriteGate, nowMs: number): boolean =>
  breaker !== 'closed' || Math.abs(nowMs - writtenAtMs) > gateAgeMsMax;

/** A beat from the future was written by a clock that has gone back since, and so was the end of the lease. */
const holdsLease = ({ leaseUntilMs, writtenAtMs }: WriteGate, nowMs: number): boolean =>
  leaseUntilMs !== undefined && nowMs < leaseUntilMs && nowMs > writtenAtMs - clockErrorMsMax;

const strictest = (needs: readonly WhenIsolated[]): WhenIsolated =>
  needs.includes('primary') ? 'primary' : needs.includes('home') ? 'home' : 'anywhere';
