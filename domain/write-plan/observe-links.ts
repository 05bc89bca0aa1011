/**
 * What a region makes of its peers' beats: how late each link is, when it was last heard, and how far the clocks are apart.
 */
import { type Beat, linkLagMs } from './link-lag.ts';
import type { LinkReading } from './region-state.ts';

export type Links = Readonly<Record<string, LinkReading>>;

export interface ObserveInput {
  readonly region: string;
  /** Of the newest beat that this region sent. */
  readonly lastCounter: number;
  /** As far as they have arrived; undefined where nobody could look. */
  readonly peerBeats: readonly Beat[] | undefined;
  readonly nowMs: number;
  /** Since the links were observed. */
  readonly elapsedMs: number;
  readonly beatMs: number;
}

export const observeLinks = (before: Links, input: ObserveInput): Links => {
  const { peerBeats = [], elapsedMs } = input;
  const heard = peerBeats.map((beat) => [beat.region, observe(before, beat, input)] as const);
  // Where nobody could look, or an item is gone, time went on all the same.
  const unheard = Object.entries(before).map(([peer, link]) => [peer, grow(link, elapsedMs)] as const);
  return Object.fromEntries([...unheard, ...heard]);
};

/** To the peer that is heard worst; undefined where one of them has echoed nothing. */
export const worstLagMs = (links: Links, peers: readonly string[]): number | undefined => {
  const lags = peers.map((peer) => (Object.hasOwn(links, peer) ? links[peer]?.lagMs : undefined));
  return lags.reduce<number | undefined>(
    (worst, lag) => (worst === undefined || lag === undefined ? undefined : Math.max(worst, lag)),
    0,
  );
};

export const hasSickPeer = (links: Links, peers: readonly string[]): boolean =>
  peers.some((peer) => Object.hasOwn(links, peer) && links[peer]?.hasSickLink === true);

const observe = (before: Links, beat: Beat, { region, lastCounter, nowMs, beatMs }: ObserveInput): LinkReading => {
  const known = Object.hasOwn(before, beat.region) ? before[beat.region] : undefined;
  const lagMs = linkLagMs({ region, counter: lastCounter }, beat, { nowMs, beatMs });
  const isNew = known?.counter !== beat.counter;
  return {
    ...(lagMs !== undefined && { lagMs }),
    counter: beat.counter,
    heardAtMs: isNew ? nowMs : Math.min(known.heardAtMs, nowMs),
    skewMs: isNew ? nextSkewMs(known?.skewMs, nowMs - beat.sentAtMs) : known.skewMs,
    hasSickLink: beat.hasSickLink,
  };
};

/** The shortest way counts at once; that all ways became longer, or a clock moved, is believed slowly. */
const nextSkewMs = (skewMs: number | undefined, readingMs: number): number =>
  skewMs === undefined || readingMs < skewMs ? readingMs : skewMs + (readingMs - skewMs) * skewShare;

export const skewShare = 0.01;

const grow = ({ lagMs, ...link }: LinkReading, elapsedMs: number): LinkReading => ({
  ...link,
  ...(lagMs !== undefined && { lagMs: lagMs + Math.max(0, elapsedMs) }),
});
