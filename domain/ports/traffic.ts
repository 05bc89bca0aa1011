/**
 * How much the order API of this region has done lately, read where the counts of all its functions come together.
 */
import type { MetricName } from './metrics.ts';

export interface TrafficReader {
  /** Throws TrafficFault when the counts cannot be had. */
  read(): Promise<Traffic>;
}

export interface Traffic {
  readonly periodSeconds: number;
  /** The complete ones of the last 15 minutes, oldest first, without gaps. */
  readonly periods: readonly TrafficPeriod[];
}

export interface TrafficPeriod extends Readonly<Record<TrafficCount, number>> {
  /** When it began: a whole number of periods since 1970. */
  readonly fromMs: number;
}

export type TrafficCount = keyof typeof trafficMetrics;

/** What each of a period's numbers is counted as. */
export const trafficMetrics = {
  answered: 'RequestAnswered',
  failed: 'RequestFailed',
  appended: 'EntriesAppended',
} as const satisfies Readonly<Record<string, MetricName>>;

/** Nobody knows now how much there was. */
export class TrafficFault extends Error {
  readonly code = 'traffic-unavailable';
}
