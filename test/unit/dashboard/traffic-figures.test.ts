import { describe, expect, it } from 'vitest';
import {
  rateText,
  shareText,
  trafficNow,
  trafficPoints,
} from '../../../services/dashboard/page/model/traffic-figures.ts';

const trafficOf = (
  periodSeconds: number,
  counts: readonly (readonly [answered: number, failed: number, appended: number])[],
) => ({
  region: 'us-east-1',
  periodSeconds,
  periods: counts.map(([answered, failed, appended], i) => ({
    from: new Date(i * periodSeconds * 1_000).toISOString(),
    answered,
    failed,
    appended,
  })),
});

describe('the figures of traffic', () => {
  it('are those of the newest periods that make up 15 seconds', () => {
    const answer = trafficOf(5, [
      [900, 100, 1_000],
      [10, 0, 5],
      [20, 1, 10],
      [9, 0, 15],
    ]);

    expect(trafficNow(answer)).toEqual({ seconds: 15, appendsPerSecond: 2, successShare: 39 / 40 });
  });

  it('are those of the newest period alone where it is longer', () => {
    const answer = trafficOf(60, [
      [10, 10, 600],
      [10, 0, 30],
    ]);

    expect(trafficNow(answer)).toEqual({ seconds: 60, appendsPerSecond: 0.5, successShare: 1 });
  });

  it('have no success rate where nobody asked for anything, and nothing at all before the first period', () => {
    expect(trafficNow(trafficOf(5, [[0, 0, 0]]))).toEqual({ seconds: 5, appendsPerSecond: 0, successShare: undefined });
    expect(trafficNow(trafficOf(5, []))).toBeUndefined();
  });

  it('are told for each period, by its start', () => {
    expect(trafficPoints(trafficOf(5, [[3, 1, 10]]))).toEqual([
      { from: '1970-01-01T00:00:00.000Z', answered: 3, failed: 1, appendsPerSecond: 2, successShare: 0.75 },
    ]);
  });

  it('never say that all went well when one request failed', () => {
    expect([1, 0.99999, 0.9985, 0.57, 0].map(shareText)).toEqual(['100 %', '99.9 %', '99.8 %', '57 %', '0 %']);
    expect([0, 0.25, 7.66, 1_234].map(rateText)).toEqual(['0', '0.3', '7.7', '1,234']);
  });
});
