/**
 * The breaker of one region: whether the link to its peers is well enough for all regions to take decisions.
 *
 * It is turned by what the region sees for itself, once a beat, and needs no message from anybody: in a partition both
 * sides see silence. It opens at once and closes slowly, since a link that comes back brings a backlog with it, and what
 * is decided before that has arrived is decided on half a history. Opening again and again would be worse than staying
 * open, so an hour has a budget. Pure: state and observation in, state out.
 */
import { invariant } from '../kernel/invariant.ts';

export type Breaker =
  | { readonly kind: 'closed'; readonly openings: readonly number[] }
  /** The link is sick. */
  | { readonly kind: 'open'; readonly openings: readonly number[] }
  /** The link is well since `sinceMs`, and the backlog is coming in. */
  | { readonly kind: 'half-open'; readonly sinceMs: number; readonly openings: readonly number[] };

export interface BreakerSettings {
  /** A link lag above it opens. */
  readonly thresholdMs: number;
  /** Only up to this link lag does an open breaker close: below the threshold, so that it does not flap. */
  readonly healthyMs: number;
  /** How long all has to be well before it closes. */
  readonly coolDownMs: number;
  /** Openings an hour; once spent, it stays open until the oldest is an hour old. */
  readonly openingsPerHourMax: number;
}

export interface LinkObservation {
  /** The region's physical clock. */
  readonly nowMs: number;
  /** To the slowest peer that the plan counts on; undefined where one has never been heard. */
  readonly linkLagMs: number | undefined;
  /** A peer of the plan that is heard says so of a link of its own: then a third region stands between two halves. */
  readonly hasSickPeer: boolean;
  /** When an entry last arrived that was older than the threshold, or a view waited for one; undefined for never. */
  readonly lateArrivalMs: number | undefined;
}

export const breakerDefaults: BreakerSettings = {
  thresholdMs: 30_000,
  healthyMs: 15_000,
  coolDownMs: 60_000,
  openingsPerHourMax: 6,
};

/** What a region is in that knows nothing yet: it has to see a healthy link for a cool-down first. */
export const initialBreaker: Breaker = { kind: 'open', openings: [] };

export const turnBreaker = (
  breaker: Breaker,
  { nowMs, linkLagMs, hasSickPeer, lateArrivalMs }: LinkObservation,
  settings: BreakerSettings,
): Breaker => {
  assertSettings(settings);
  const { healthyMs, coolDownMs, openingsPerHourMax } = settings;
  // After a clock that jumped back, an opening to come happened just now at the latest.
  const openings = breaker.openings.map((atMs) => Math.min(atMs, nowMs)).filter((atMs) => atMs > nowMs - hourMs);
  const isSick = hasSickPeer || isSickLink(linkLagMs, settings);
  const isWell = !isSick && (linkLagMs ?? Number.POSITIVE_INFINITY) <= healthyMs;
  switch (breaker.kind) {
    case 'closed':
      return isSick ? { kind: 'open', openings: [...openings, nowMs] } : { kind: 'closed', openings };
    case 'open':
      return isWell ? { kind: 'half-open', sinceMs: nowMs, openings } : { kind: 'open', openings };
    case 'half-open': {
      if (isSick) return { kind: 'open', openings };
      // A clock that jumped back would make the wait endless, one that jumped ahead is no proof of health.
      const startMs = isWell ? Math.min(breaker.sinceMs, nowMs) : nowMs;
      // A note from further ahead than a cool-down was dated by a clock that has gone back since.
      const isLate = lateArrivalMs !== undefined && lateArrivalMs <= nowMs + coolDownMs;
      const quietSinceMs = Math.max(startMs, isLate ? lateArrivalMs : startMs);
      const isOver = nowMs - quietSinceMs >= coolDownMs && openings.length < openingsPerHourMax;
      return isOver ? { kind: 'closed', openings } : { kind: 'half-open', sinceMs: startMs, openings };
    }
  }
};

/** What a beat says of its sender's own links, whatever its breaker makes of it. */
export const isSickLink = (lagMs: number | undefined, { thresholdMs }: Pick<BreakerSettings, 'thresholdMs'>): boolean =>
  lagMs === undefined || lagMs > thresholdMs;

const hourMs = 60 * 60 * 1000;

const assertSettings = ({ thresholdMs, healthyMs, coolDownMs, openingsPerHourMax }: BreakerSettings): void => {
  invariant(healthyMs > 0 && healthyMs < thresholdMs, 'a healthy link is well below the threshold');
  invariant(coolDownMs > 0 && openingsPerHourMax > 0, 'a cool-down and a budget of openings are above 0');
};
