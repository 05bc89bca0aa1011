/**
 * How long a case is left alone before a person is fetched, by the lifecycle and the reason.
 *
 * Most of what a fold cannot place is only early: a parcel's scan before its payment, one half of a partition before the
 * other. What is contested is settled by nobody but a person, but a backlog that is still coming in may bring the rest
 * of it; so nobody is asked while the link's breaker is not closed, and a closed one has seen nothing late for a cool-down.
 * That ends after `drainMsMax`, since a link to a third region may be down for days. Pure.
 */
import type { Case, CaseReason } from '../fold/folded-stream.ts';
import type { Lifecycle } from '../lifecycle/define-lifecycle.ts';

export type GraceMs = Readonly<Record<CaseReason, number>>;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What a lifecycle does not say. */
export const graceMsDefaults: GraceMs = {
  contested: minuteMs,
  illegal: 96 * hourMs,
  'key-reused': minuteMs,
  ambiguous: minuteMs,
  'field-disputed': minuteMs,
  'resolutions-differ': minuteMs,
};

/** Beyond the grace period: how much longer an open breaker may keep a case waiting. */
export const drainMsMax = 10 * minuteMs;

/** Whoever waits for a drain looks no more often. */
const drainMsMin = 1_000;

export interface GraceInput {
  readonly reasons: Case['reasons'];
  readonly grace: GraceMs;
  readonly foundAtMs: number;
  /** Whether everything that other regions have written has arrived, as far as this region can tell. */
  readonly isDrained: boolean;
  readonly nowMs: number;
}

/** When to look again; undefined where it is time to ask. Later than `nowMs`. */
export const graceEndsAtMs = ({ reasons, grace, foundAtMs, isDrained, nowMs }: GraceInput): number | undefined => {
  // Whichever reason is in the greatest hurry: a person who looks at one sees them all.
  const graceMs = Math.min(...reasons.map((reason) => grace[reason]));
  const endsAtMs = Math.min(foundAtMs, nowMs) + graceMs;
  if (nowMs < endsAtMs) return endsAtMs;
  const drainEndsAtMs = endsAtMs + drainMsMax;
  if (isDrained || nowMs >= drainEndsAtMs) return undefined;
  return Math.min(nowMs + Math.max(graceMs, drainMsMin), drainEndsAtMs);
};

export const graceOf = ({ graceMs }: Pick<Lifecycle, 'graceMs'>): GraceMs => ({ ...graceMsDefaults, ...graceMs });
