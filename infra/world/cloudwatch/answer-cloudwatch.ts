/**
 * CloudWatch's GetMetricData as it comes over the wire (AWS JSON 1.0), answered from the region's metric store.
 *
 * A period without data has no point, and a page may end in the middle of a series, as in AWS. The world has no other
 * statistic than the sum, and keeps every second: periods of less than a minute take high-resolution metrics in AWS.
 */
import * as z from 'zod';
import type { Clock } from '../../../domain/ports/clock.ts';
import { keptSeconds } from '../../in-memory/sums-by-second.ts';
import type { MetricStore } from './metric-store.ts';

export const cloudWatchTarget = 'GraniteServiceVersion20100801';

export interface WireAnswer {
  readonly status: number;
  readonly body: object;
}

/** `body`: the parsed request. */
export const answerCloudWatch = (store: MetricStore, clock: Clock, action: string, body: unknown): WireAnswer => {
  if (action !== 'GetMetricData') return refuse('InvalidAction', `the world knows GetMetricData, not ${action}`);
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) return refuse('InvalidParameterValueException', z.prettifyError(parsed.error));
  return { status: 200, body: pageOf(parsed.data, (query) => pointsOf(store, clock, query, parsed.data)) };
};

/** Of the API reference. */
const queriesMax = 500;
const datapointsMax = 100_800;
const subMinutePeriods: readonly number[] = [1, 5, 10, 20, 30];
const isPeriod = (seconds: number): boolean => subMinutePeriods.includes(seconds) || seconds % 60 === 0;

const querySchema = z.object({
  Id: z.string().regex(/^[a-z]\w{0,254}$/),
  MetricStat: z.object({
    Metric: z.object({
      Namespace: z.string(),
      MetricName: z.string(),
      Dimensions: z
        .array(z.object({ Name: z.string(), Value: z.string() }))
        .max(30)
        .default([]),
    }),
    Period: z.int().min(1).refine(isPeriod, 'must be 1, 5, 10, 20, 30 or a multiple of 60'),
    Stat: z.literal('Sum'),
  }),
});

const requestSchema = z.object({
  MetricDataQueries: z.array(querySchema).min(1).max(queriesMax),
  /** Seconds since 1970. */
  StartTime: z.number(),
  EndTime: z.number(),
  ScanBy: z.enum(['TimestampAscending', 'TimestampDescending']).default('TimestampDescending'),
  MaxDatapoints: z.int().min(1).max(datapointsMax).default(datapointsMax),
  /** How many points were on the pages before. */
  NextToken: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .default(0),
});

type Query = z.infer<typeof querySchema>;
type Request = z.infer<typeof requestSchema>;

interface Point {
  /** In seconds, when its period began. */
  readonly start: number;
  readonly sum: number;
}

const pointsOf = (store: MetricStore, clock: Clock, query: Query, request: Request): readonly Point[] => {
  const { Metric: metric, Period: period } = query.MetricStat;
  const series = store.find({
    namespace: metric.Namespace,
    name: metric.MetricName,
    dimensions: Object.fromEntries(metric.Dimensions.map(({ Name: name, Value: value }) => [name, value])),
  });
  const nowSeconds = Math.ceil(clock.nowMs() / 1_000);
  const keptFrom = nowSeconds - keptSeconds;
  const from = Math.floor(Math.max(request.StartTime, keptFrom) / period) * period;
  const to = Math.min(request.EndTime, nowSeconds);
  const points: Point[] = [];
  for (let start = from; start < to; start += period) {
    // A period may be of years, and of those there is nothing to look for beyond what is kept.
    const sum = series?.sum(Math.max(start, keptFrom) * 1_000, Math.min(start + period, nowSeconds) * 1_000);
    if (sum !== undefined) points.push({ start, sum });
  }
  return request.ScanBy === 'TimestampAscending' ? points : points.reverse();
};

const pageOf = (request: Request, pointsOfQuery: (query: Query) => readonly Point[]): object => {
  const { MetricDataQueries: queries, MaxDatapoints: pageMax, NextToken: pageFrom } = request;
  const pageTo = pageFrom + pageMax;
  let before = 0;
  const results = queries.map((query) => {
    const points = pointsOfQuery(query);
    const shown = points.slice(Math.max(0, pageFrom - before), Math.max(0, pageTo - before));
    before += points.length;
    return {
      Id: query.Id,
      Label: query.MetricStat.Metric.MetricName,
      Timestamps: shown.map(({ start }) => start),
      Values: shown.map(({ sum }) => sum),
      StatusCode: before <= pageTo ? 'Complete' : 'PartialData',
    };
  });
  return { MetricDataResults: results, Messages: [], ...(before > pageTo && { NextToken: String(pageTo) }) };
};

const refuse = (type: string, message: string): WireAnswer => ({ status: 400, body: { __type: type, message } });
