/**
 * One line of CloudWatch's embedded metric format (EMF) by Powertools, at once and apart from an invocation's own.
 *
 * A line has one set of dimensions and at most 100 values a metric, and an invocation can have a thousand. So readings
 * with dimensions of their own get one line a set, and of more than `valuesMax` readings that many quantiles are written,
 * smallest and largest included: percentiles and extremes stay true, the sample count does not.
 */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Dimensions } from '../../domain/ports/metrics.ts';

export interface MetricsLine {
  readonly serviceName: string;
  readonly dimensions?: Dimensions;
  readonly metrics: readonly Metric[];
}

export interface Metric {
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds';
  readonly values: readonly number[];
}

export const metricsNamespace = 'Rejoin';

/** One less than EMF's, at which Powertools would write by itself and forget the dimensions. */
const valuesMax = 99;

/** Writes nothing where there is nothing to say. */
export const writeMetricsLine = ({ serviceName, dimensions = {}, metrics }: MetricsLine): void => {
  const said = metrics.filter(({ values }) => values.length > 0);
  if (said.length === 0) return;
  const line = new Metrics({ namespace: metricsNamespace, serviceName });
  line.addDimensions({ ...dimensions });
  for (const { name, unit, values } of said)
    for (const value of quantiles(values)) line.addMetric(name, MetricUnit[unit], value);
  line.publishStoredMetrics();
};

const quantiles = (values: readonly number[]): readonly number[] => {
  if (values.length <= valuesMax) return values;
  const sorted = [...values].sort((left, right) => left - right);
  return Array.from(
    { length: valuesMax },
    (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (valuesMax - 1))] as number,
  );
};
