/**
 * How each direction between two regions stands. A region's heartbeat tells what arrives from there, and so which direction
 * is cut; link lag goes there and back, and is read on both sides. Pure.
 */
import type { PeerAnswer } from '../../../write-plan/plan-answers.ts';
import { type RegionReading, standingNow } from './region-reading.ts';

export interface Link {
  readonly from: string;
  readonly to: string;
  readonly state: LinkState;
  /** How long ago the newest heartbeat arrived; undefined where none ever did, or nobody says. */
  readonly heartbeatAgeMs: number | undefined;
  /** There and back, as `from` reads it. */
  readonly linkLagMs: number | undefined;
  /** What the clock of `from` is ahead of that of `to`, less the way of a heartbeat. */
  readonly clockAheadMs: number | undefined;
  /** `from` says of itself that one of its links is sick. */
  readonly hasSickLink: boolean | undefined;
}

/** slow: heartbeats arrive both ways, and take long. silent: none arrives. unknown: `to` does not say. */
export type LinkState = 'well' | 'late' | 'slow' | 'silent' | 'unknown';

/** Heartbeats are sent once a second, and looked at as often. */
const lateAfterMs = 3_000;
export const slowAfterMs = 5_000;
/** For as long an agent's word counts. */
const silentAfterMs = 10_000;

/** Every ordered pair, in the order of the readings. */
export const findLinks = (readings: readonly RegionReading[]): readonly Link[] =>
  readings.flatMap((from) => readings.filter((to) => to !== from).map((to) => linkOf(from, to)));

const linkOf = (from: RegionReading, to: RegionReading): Link => {
  const arrives = peerOf(to, from.region);
  const leaves = peerOf(from, to.region);
  return {
    from: from.region,
    to: to.region,
    state: stateOf(arrives, leaves),
    heartbeatAgeMs: arrives?.heartbeatAgeMs,
    linkLagMs: leaves?.linkLagMs,
    clockAheadMs: arrives?.clockSkewMs === undefined ? undefined : -arrives.clockSkewMs,
    hasSickLink: arrives?.hasSickLink,
  };
};

const stateOf = (arrives: PeerAnswer | undefined, leaves: PeerAnswer | undefined): LinkState => {
  if (!arrives) return 'unknown';
  const { heartbeatAgeMs } = arrives;
  if (heartbeatAgeMs === undefined || heartbeatAgeMs > silentAfterMs) return 'silent';
  if (heartbeatAgeMs > lateAfterMs) return 'late';
  // A way back that is cut explains a long way there and back.
  const isHeardBack = (leaves?.heartbeatAgeMs ?? Number.POSITIVE_INFINITY) <= lateAfterMs;
  const lagMs = Math.max(arrives.linkLagMs ?? 0, leaves?.linkLagMs ?? 0);
  return isHeardBack && lagMs > slowAfterMs ? 'slow' : 'well';
};

/** What `reading` says of its link to `peer`. An agent that is silent says nothing. */
const peerOf = (reading: RegionReading, peer: string): PeerAnswer | undefined => {
  const replication = standingNow(reading)?.replication;
  return replication?.fresh ? replication.peers.find(({ region }) => region === peer) : undefined;
};
