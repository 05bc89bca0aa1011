/**
 * Heartbeats, and the link lag that a region reads from them.
 *
 * Every region rewrites one small item that replicates to its peers. A beat carries a counter, the sender's clock, and of
 * every peer the newest beat seen (its echo). So a region learns how old the newest beat is that a peer is known to have
 * received: the way there and back, by one clock, its own. Silence makes it grow, also when only one direction is cut, and
 * a peer whose clock is wrong changes nothing.
 */
export interface Beat {
  readonly region: string;
  /** 1, 2, 3 … across restarts of the sender. */
  readonly counter: number;
  /** By the sender's clock. */
  readonly sentAtMs: number;
  /** By peer, its newest beat seen, as it was. */
  readonly echoes: Readonly<Record<string, Echo>>;
  /** One of the sender's own links is sick: whoever hears that is not cut off, and yet not everybody sees everybody. */
  readonly hasSickLink: boolean;
}

export type Echo = Pick<Beat, 'counter' | 'sentAtMs'>;

export interface BeatInput {
  readonly region: string;
  /** Of the region's newest beat; 0 before the first. */
  readonly lastCounter: number;
  readonly peers: readonly Beat[];
  readonly hasSickLink: boolean;
  readonly nowMs: number;
}

export const nextBeat = ({ region, lastCounter, peers, hasSickLink, nowMs }: BeatInput): Beat => ({
  region,
  counter: lastCounter + 1,
  sentAtMs: nowMs,
  hasSickLink,
  echoes: Object.fromEntries(
    peers.map(({ region: peer, counter, sentAtMs }) => [peer, { counter, sentAtMs }] as const),
  ),
});

/**
 * How long ago this region sent the newest beat that `peer` has echoed, in ms; undefined while it has echoed none. `own`
 * is the newest beat sent. The counters bound it from below, so that a clock which jumped back cannot hide silence.
 */
export const linkLagMs = (
  own: Pick<Beat, 'region' | 'counter'>,
  peer: Beat | undefined,
  { nowMs, beatMs }: { readonly nowMs: number; readonly beatMs: number },
): number | undefined => {
  const echo = peer && Object.hasOwn(peer.echoes, own.region) ? peer.echoes[own.region] : undefined;
  if (!echo || echo.counter > own.counter) return undefined;
  const missedBeats = Math.max(0, own.counter - echo.counter - 1);
  return Math.max(0, nowMs - echo.sentAtMs, missedBeats * beatMs);
};
