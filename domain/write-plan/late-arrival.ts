/**
 * Whether what comes in is a backlog: entries of another region that took longer than the breaker bears, or entries that
 * wait for one which has not come.
 *
 * An entry's age is read off two clocks, so what they are apart is taken out of it first, as the beats tell it: a peer
 * whose clock is 10 minutes fast must not hide a backlog, and one that is as slow must not make one up. Of a region that
 * no beat has told of, clocks are taken to agree: until it is heard, the breaker is open anyway.
 */
export interface Arrival {
  /** The region that accepted it. */
  readonly from: string;
  /** By that region's clock. */
  readonly recordedAtMs: number;
  /** By ours. */
  readonly atMs: number;
}

/** By region: what our clock is ahead of that one's. */
export type Skews = Readonly<Record<string, number>>;

export const isLateArrival = (arrival: Arrival, skewsMs: Skews, thresholdMs: number): boolean =>
  ageMs(arrival, skewsMs) > thresholdMs;

/** After this long an entry waits for what is lost or damaged, which is for a person, and no longer for a backlog. */
export const waitMsMax = 10 * 60 * 1000;

/** Of the entries of one stream that wait for a predecessor, as they stand. */
export const isBacklogWait = (waiting: readonly Arrival[], skewsMs: Skews): boolean =>
  waiting.length > 0 && waiting.every((arrival) => ageMs(arrival, skewsMs) <= waitMsMax);

const ageMs = ({ from, recordedAtMs, atMs }: Arrival, skewsMs: Skews): number =>
  atMs - recordedAtMs - (Object.hasOwn(skewsMs, from) ? (skewsMs[from] ?? 0) : 0);
