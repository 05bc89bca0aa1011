/**
 * Which periods of traffic are over, so that their counts can be shown.
 *
 * A count takes a while from where it was made to where it is read. A period that has only just ended would look like a
 * drop in traffic, and alarm whoever looks at it, so it is shown a third of a period later.
 */
import type { Traffic, TrafficCount } from '../ports/traffic.ts';

export interface CompletePeriods {
  readonly periodSeconds: number;
  /** Inclusive. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

export const trafficSeconds = 15 * 60;

/** `periodSeconds` divides 15 minutes. */
export const completePeriods = (nowMs: number, periodSeconds: number): CompletePeriods => {
  const periodMs = periodSeconds * 1_000;
  const toMs = Math.floor((nowMs - settleMsOf(periodSeconds)) / periodMs) * periodMs;
  return { periodSeconds, fromMs: toMs - trafficSeconds * 1_000, toMs };
};

export const settleMsOf = (periodSeconds: number): number => (periodSeconds * 1_000) / 3;

/** `sum` says what was counted in the period that began then. */
export const trafficOf = (
  { periodSeconds, fromMs, toMs }: CompletePeriods,
  sum: (count: TrafficCount, fromMs: number) => number,
): Traffic => {
  const periodMs = periodSeconds * 1_000;
  const starts = Array.from({ length: (toMs - fromMs) / periodMs }, (_, i) => fromMs + i * periodMs);
  return {
    periodSeconds,
    periods: starts.map((startMs) => ({
      fromMs: startMs,
      answered: sum('answered', startMs),
      failed: sum('failed', startMs),
      appended: sum('appended', startMs),
    })),
  };
};
