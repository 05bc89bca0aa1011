/**
 * What a projector says of the entries that came in, for a breaker that stays half-open until a backlog is there.
 */
import type { Arrival } from '../write-plan/late-arrival.ts';

export interface BacklogWatch {
  /** Never throws: it is no reason to fail for what came. */
  see(seen: SeenArrivals): Promise<void>;
}

/** Of one stream. */
export interface SeenArrivals {
  /** Entries of other regions that are here for the first time, as far as we know. */
  readonly arrived: readonly Arrival[];
  /** Entries that wait for a predecessor. */
  readonly waiting: readonly Arrival[];
}
