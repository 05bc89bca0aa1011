import { describe, expect, it } from 'vitest';
import { isBacklogWait, isLateArrival, waitMsMax } from '../../../domain/write-plan/late-arrival.ts';

const thresholdMs = 30_000;
const nowMs = 1_000_000_000;
const minutes = 60_000;

/** Accepted in Europe so long ago, by a clock that is so far ahead of ours. */
const arrival = (agoMs: number, aheadMs = 0) => ({
  from: 'eu-west-1',
  recordedAtMs: nowMs - agoMs + aheadMs,
  atMs: nowMs,
});

describe('a late arrival', () => {
  it('is one that is older than the threshold', () => {
    expect(isLateArrival(arrival(thresholdMs), {}, thresholdMs)).toBe(false);
    expect(isLateArrival(arrival(thresholdMs + 1), {}, thresholdMs)).toBe(true);
  });

  it.each([
    ['fast', 10 * minutes],
    ['slow', -10 * minutes],
  ])("is told by its age where the peer's clock is 10 minutes %s", (_, aheadMs) => {
    const skewsMs = { 'eu-west-1': -aheadMs };
    expect(isLateArrival(arrival(40_000, aheadMs), skewsMs, thresholdMs)).toBe(true);
    expect(isLateArrival(arrival(1_000, aheadMs), skewsMs, thresholdMs)).toBe(false);
  });

  it('is judged as if clocks agreed while no beat of its region has been heard', () => {
    expect(isLateArrival(arrival(40_000), { 'ap-south-1': 40_000 }, thresholdMs)).toBe(true);
    expect(isLateArrival({ ...arrival(40_000), from: 'constructor' }, {}, thresholdMs)).toBe(true);
  });
});

describe('entries that wait for a predecessor', () => {
  it('are a backlog while they are young', () => {
    expect(isBacklogWait([arrival(1_000), arrival(waitMsMax)], {})).toBe(true);
    expect(isBacklogWait([arrival(10 * minutes + 1_000, 5_000)], { 'eu-west-1': 0 })).toBe(true);
    expect(isBacklogWait([], {})).toBe(false);
  });

  it('are none where one has waited for so long that what it waits for is lost', () => {
    expect(isBacklogWait([arrival(1_000), arrival(waitMsMax + 1)], {})).toBe(false);
  });
});
