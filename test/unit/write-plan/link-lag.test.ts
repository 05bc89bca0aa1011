import { describe, expect, it } from 'vitest';
import { type Beat, linkLagMs, nextBeat } from '../../../domain/write-plan/link-lag.ts';

const beatMs = 1_000;
const beatOf = (region: string, counter: number, sentAtMs: number, echoes: Beat['echoes'] = {}): Beat => ({
  region,
  counter,
  sentAtMs,
  echoes,
  hasSickLink: false,
});

describe('link lag', () => {
  const own = beatOf('us-east-1', 10, 100_000);

  it('is the age of the newest own beat that the peer has echoed', () => {
    const peer = beatOf('eu-west-1', 7, 0, { 'us-east-1': { counter: 9, sentAtMs: 99_000 } });
    expect(linkLagMs(own, peer, { nowMs: 100_400, beatMs })).toBe(1_400);
  });

  it('does not look at the clock of the peer', () => {
    const echoes = { 'us-east-1': { counter: 9, sentAtMs: 99_000 } };
    const lags = [-600_000, 0, 600_000].map((offMs) =>
      linkLagMs(own, beatOf('eu-west-1', 7, 99_500 + offMs, echoes), { nowMs: 100_400, beatMs }),
    );
    expect(lags).toEqual([1_400, 1_400, 1_400]);
  });

  it('grows while the peer is silent, and while only our beats do not arrive there', () => {
    const stale = { 'us-east-1': { counter: 2, sentAtMs: 92_000 } };
    expect(linkLagMs(own, beatOf('eu-west-1', 3, 0, stale), { nowMs: 100_000, beatMs })).toBe(8_000);
    expect(linkLagMs(own, beatOf('eu-west-1', 900, 0, stale), { nowMs: 100_000, beatMs })).toBe(8_000);
  });

  it('is unknown while the peer is missing, or has echoed nothing, or a beat that was never sent', () => {
    const at = { nowMs: 100_000, beatMs };
    expect(linkLagMs(own, undefined, at)).toBeUndefined();
    expect(linkLagMs(own, beatOf('eu-west-1', 3, 0), at)).toBeUndefined();
    const future = beatOf('eu-west-1', 3, 0, { 'us-east-1': { counter: 11, sentAtMs: 99_000 } });
    expect(linkLagMs(own, future, at)).toBeUndefined();
  });

  it('counts the missed beats where the own clock jumped back', () => {
    const peer = beatOf('eu-west-1', 3, 0, { 'us-east-1': { counter: 2, sentAtMs: 92_000 } });
    expect(linkLagMs(own, peer, { nowMs: 92_001, beatMs })).toBe(7_000);
  });
});

describe('next beat', () => {
  it('counts on from the last one and echoes every peer that is there', () => {
    const sent = { region: 'us-east-1', hasSickLink: false };
    const peers = [
      beatOf('eu-west-1', 7, 55),
      beatOf('ap-south-1', 2, 66, { 'us-east-1': { counter: 1, sentAtMs: 1 } }),
    ];
    expect(nextBeat({ ...sent, lastCounter: 10, peers, nowMs: 101_000 })).toEqual(
      beatOf('us-east-1', 11, 101_000, {
        'eu-west-1': { counter: 7, sentAtMs: 55 },
        'ap-south-1': { counter: 2, sentAtMs: 66 },
      }),
    );
    expect(nextBeat({ ...sent, lastCounter: 0, peers: [], nowMs: 5 })).toEqual(beatOf('us-east-1', 1, 5));
  });

  it('says that a link of the sender is sick', () => {
    expect(nextBeat({ region: 'us-east-1', lastCounter: 0, peers: [], hasSickLink: true, nowMs: 5 })).toMatchObject({
      hasSickLink: true,
    });
  });
});
