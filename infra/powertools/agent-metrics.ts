/**
 * The region agent's metrics as EMF: half a minute of beats added up, and written as one line for each set of dimensions.
 *
 * A line a second and gauge would cost more than it says; one a minute would leave a minute of CloudWatch's without any now
 * and then, and a gap is an alarm. Of a gauge the smallest, the largest and the last value are kept, so CloudWatch's Minimum
 * and Maximum are true, and no other statistic is; of a count the sum. What a run ends with is written by `flush`, or it
 * would be lost with the container.
 */
import type { Clock } from '../../domain/ports/clock.ts';
import type { AgentMetrics, Dimensions } from '../../domain/ports/metrics.ts';
import { type Metric, writeMetricsLine } from './write-metrics-line.ts';

export interface AgentMetricsOptions {
  readonly serviceName: string;
  readonly clock: Clock;
}

export interface FlushedAgentMetrics extends AgentMetrics {
  /** Writes what has come together since the last time. */
  readonly flush: () => void;
}

const periodMs = 30_000;

export const createAgentMetrics = ({ serviceName, clock }: AgentMetricsOptions): FlushedAgentMetrics => {
  let counts = new Map<string, number>();
  let gauges = new Map<string, GaugeLine>();
  let startedMs: number | undefined;

  const flush = (): void => {
    startedMs = undefined;
    const [sums, lines] = [counts, gauges];
    counts = new Map();
    gauges = new Map();
    writeMetricsLine({
      serviceName,
      metrics: [...sums].map(([name, sum]) => ({ name, unit: 'Count', values: [sum] })),
    });
    for (const { dimensions, readings } of lines.values())
      writeMetricsLine({ serviceName, dimensions, metrics: [...readings].map(([name, it]) => metricOf(name, it)) });
  };

  /** A clock that went back must not make a period as long as it jumped. */
  const turnPeriod = (): void => {
    const nowMs = clock.nowMs();
    if (startedMs !== undefined && (nowMs - startedMs >= periodMs || nowMs < startedMs)) flush();
    startedMs ??= nowMs;
  };

  return {
    count: (name) => {
      turnPeriod();
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    gauge: (name, value, dimensions = {}) => {
      turnPeriod();
      const key = JSON.stringify(Object.entries(dimensions).sort());
      const line = gauges.get(key) ?? { dimensions, readings: new Map<string, Extremes>() };
      line.readings.set(name, extremesWith(line.readings.get(name), value));
      gauges.set(key, line);
    },
    flush,
  };
};

interface GaugeLine {
  readonly dimensions: Dimensions;
  readonly readings: Map<string, Extremes>;
}

interface Extremes {
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

const extremesWith = (before: Extremes | undefined, value: number): Extremes => ({
  min: Math.min(before?.min ?? value, value),
  max: Math.max(before?.max ?? value, value),
  last: value,
});

const metricOf = (name: string, { min, max, last }: Extremes): Metric => ({
  name,
  unit: name.endsWith('Ms') ? 'Milliseconds' : 'Count',
  values: [min, max, last],
});
