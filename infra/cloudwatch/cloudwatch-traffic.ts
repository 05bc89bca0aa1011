/**
 * Traffic from CloudWatch, where the lines that every function of the region writes are added up.
 *
 * One request reads all series, and its answer serves everybody for a third of a period: CloudWatch charges for each series
 * of each request and throttles an account, so a page that is open in many browsers must not ask for each of them. A new
 * period is seen a third of a period late at most. Who asks while a request is on its way waits for that one.
 */
import { type CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import type { Clock } from '../../domain/ports/clock.ts';
import {
  type Traffic,
  type TrafficCount,
  TrafficFault,
  type TrafficReader,
  trafficMetrics,
} from '../../domain/ports/traffic.ts';
import { type CompletePeriods, completePeriods, trafficOf } from '../../domain/traffic/complete-periods.ts';
import { metricsNamespace } from '../powertools/write-metrics-line.ts';

export interface CloudWatchTrafficDeps {
  readonly client: CloudWatchClient;
  /** Whose counts: the value of the dimension `service`. */
  readonly serviceName: string;
  readonly periodSeconds: number;
  readonly clock: Clock;
  /** Of one answer of CloudWatch; its own bound when left out. */
  readonly datapointsMax?: number;
}

export const createCloudWatchTraffic = (deps: CloudWatchTrafficDeps): TrafficReader => {
  const { clock, periodSeconds } = deps;
  const keptMs = (periodSeconds * 1_000) / 3;
  let kept: Reading | undefined;
  return {
    read: () => {
      const nowMs = clock.nowMs();
      const ageMs = nowMs - (kept?.sinceMs ?? Number.NEGATIVE_INFINITY);
      if (kept && ageMs >= 0 && ageMs < kept.forMs) return kept.traffic;
      const traffic = readTraffic(deps, completePeriods(nowMs, periodSeconds));
      const reading: Reading = { traffic, sinceMs: nowMs, forMs: keptMs };
      kept = reading;
      traffic.catch(() => {
        reading.forMs = Math.min(keptMs, faultKeptMs);
      });
      return traffic;
    },
  };
};

interface Reading {
  readonly traffic: Promise<Traffic>;
  readonly sinceMs: number;
  forMs: number;
}

/** Who throttles us is not to be asked again by everybody who looks. As long as clients are told to wait. */
const faultKeptMs = 5_000;

const readTraffic = async (deps: CloudWatchTrafficDeps, periods: CompletePeriods): Promise<Traffic> => {
  try {
    const sums = await readSums(deps, periods);
    return trafficOf(periods, (count, fromMs) => sums.get(count)?.get(fromMs) ?? 0);
  } catch (cause) {
    throw new TrafficFault(`read the traffic: ${cause instanceof Error ? cause.name : 'unknown error'}`, { cause });
  }
};

/** By what was counted, by the start of the period. A series may come in several pages. */
const readSums = async (
  { client, serviceName, datapointsMax }: CloudWatchTrafficDeps,
  { periodSeconds, fromMs, toMs }: CompletePeriods,
): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> => {
  const counts = Object.keys(trafficMetrics) as TrafficCount[];
  const sums = new Map(counts.map((count) => [count as string, new Map<number, number>()]));
  const pages = paginateGetMetricData(
    { client, stopOnSameToken: true },
    {
      MetricDataQueries: counts.map((count) => toQuery(count, { serviceName, periodSeconds })),
      StartTime: new Date(fromMs),
      EndTime: new Date(toMs),
      ScanBy: 'TimestampAscending',
      MaxDatapoints: datapointsMax,
    },
  );
  for await (const { MetricDataResults: results = [] } of pages)
    for (const { Id: id = '', Timestamps: starts = [], Values: values = [] } of results)
      for (const [i, start] of starts.entries()) sums.get(id)?.set(start.getTime(), values[i] ?? 0);
  return sums;
};

const toQuery = (
  count: TrafficCount,
  { serviceName, periodSeconds }: Pick<CloudWatchTrafficDeps, 'serviceName' | 'periodSeconds'>,
): MetricDataQuery => ({
  Id: count,
  MetricStat: {
    Metric: {
      Namespace: metricsNamespace,
      MetricName: trafficMetrics[count],
      Dimensions: [{ Name: 'service', Value: serviceName }],
    },
    Period: periodSeconds,
    Stat: 'Sum',
  },
});
