/**
 * Traffic of one process: it is counted here and read here, with nothing between.
 */
import type { Clock } from '../../domain/ports/clock.ts';
import type { MetricName, Metrics } from '../../domain/ports/metrics.ts';
import { type TrafficReader, trafficMetrics } from '../../domain/ports/traffic.ts';
import { completePeriods, trafficOf } from '../../domain/traffic/complete-periods.ts';
import { createSumsBySecond, type SumsBySecond } from './sums-by-second.ts';

/** Keeps the counts that make up traffic, and lets go of all others. */
export interface InMemoryTraffic extends TrafficReader, Metrics {}

export interface InMemoryTrafficOptions {
  readonly periodSeconds: number;
  readonly clock: Clock;
}

export const createInMemoryTraffic = ({ periodSeconds, clock }: InMemoryTrafficOptions): InMemoryTraffic => {
  const sums = new Map<MetricName, SumsBySecond>(
    Object.values(trafficMetrics).map((name) => [name, createSumsBySecond()]),
  );
  return {
    count: (name, value = 1) => sums.get(name)?.add(clock.nowMs(), value),
    read: async () =>
      trafficOf(
        completePeriods(clock.nowMs(), periodSeconds),
        (count, fromMs) => sums.get(trafficMetrics[count])?.sum(fromMs, fromMs + periodSeconds * 1_000) ?? 0,
      ),
  };
};
