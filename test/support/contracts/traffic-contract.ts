/**
 * What all readers of traffic promise, run by each adapter alike: complete periods without gaps, and exact sums.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../domain/ports/clock.ts';
import type { MetricName } from '../../../domain/ports/metrics.ts';
import type { TrafficReader } from '../../../domain/ports/traffic.ts';

export interface TrafficUnderTest {
  readonly reader: TrafficReader;
  /** Now, by the clock that was given. */
  readonly count: (name: MetricName, value: number) => void;
}

export type OpenTraffic = (options: {
  readonly periodSeconds: number;
  readonly clock: Clock;
}) => Promise<TrafficUnderTest>;

export const trafficContract = (name: string, open: OpenTraffic): void => {
  describe.each([5, 60])(`${name} as traffic in periods of %d s`, (periodSeconds) => {
    const periodMs = periodSeconds * 1_000;
    const nothing = { answered: 0, failed: 0, appended: 0 };
    /** The beginning of a period, so long ago that the whole test is past, and so lately that nothing is forgotten. */
    let startMs: number;
    let nowMs: number;
    let tested: TrafficUnderTest;

    beforeEach(async () => {
      startMs = Math.floor((Date.now() - 20 * 60_000) / periodMs) * periodMs;
      nowMs = startMs;
      tested = await open({ periodSeconds, clock: { nowMs: () => nowMs } });
    });

    /** A whole period later than the figures of `toMs` are promised. */
    const readAfter = (toMs: number) => {
      nowMs = toMs + periodMs;
      return tested.reader.read();
    };
    const countAt = (atMs: number, metric: MetricName, value: number): void => {
      nowMs = atMs;
      tested.count(metric, value);
    };

    it('tells of 15 minutes without gaps, of zeros where nothing was counted', async () => {
      const { periods, ...rest } = await readAfter(startMs + periodMs);

      expect(rest).toEqual({ periodSeconds });
      expect(periods).toHaveLength((15 * 60) / periodSeconds);
      expect(periods.at(-1)?.fromMs).toBe(startMs);
      for (const [i, period] of periods.entries())
        expect(period).toEqual({ ...nothing, fromMs: startMs - (periods.length - 1 - i) * periodMs });
    });

    it('adds up what was counted in each period, its first instant included', async () => {
      countAt(startMs, 'RequestAnswered', 2);
      countAt(startMs + periodMs - 1, 'RequestAnswered', 3);
      countAt(startMs + periodMs - 1, 'RequestFailed', 1);
      countAt(startMs + periodMs, 'RequestAnswered', 40);
      countAt(startMs + periodMs, 'EntriesAppended', 30);
      countAt(startMs + periodMs, 'StreamFull', 7);

      const { periods } = await readAfter(startMs + 3 * periodMs);

      expect(periods.slice(-4)).toEqual([
        { ...nothing, fromMs: startMs - periodMs },
        { fromMs: startMs, answered: 5, failed: 1, appended: 0 },
        { fromMs: startMs + periodMs, answered: 40, failed: 0, appended: 30 },
        { ...nothing, fromMs: startMs + 2 * periodMs },
      ]);
    });

    it('leaves a period out until its counts have had a third of a period to arrive, and not much longer', async () => {
      countAt(startMs, 'RequestAnswered', 1);

      nowMs = Math.floor(startMs + (4 / 3) * periodMs) - 1;
      expect((await tested.reader.read()).periods.at(-1)).toEqual({ ...nothing, fromMs: startMs - periodMs });
      nowMs = Math.ceil(startMs + (5 / 3) * periodMs);
      expect((await tested.reader.read()).periods.at(-1)).toEqual({ ...nothing, fromMs: startMs, answered: 1 });
    });

    it('keeps a count for 15 minutes, and then forgets it', async () => {
      countAt(startMs, 'EntriesAppended', 9);
      const inMinutes = async (minutes: number) => {
        const { periods } = await readAfter(startMs + minutes * 60_000);
        return periods.reduce((sum, { appended }) => sum + appended, 0);
      };

      expect([await inMinutes(14), await inMinutes(15), await inMinutes(16)]).toEqual([9, 9, 0]);
    });
  });
};
