/**
 * The metrics of one region, as CloudWatch would have them out of its functions' logs: sums by second, since sums of counts
 * are all that anybody in the world reads.
 */
import { createSumsBySecond, type SumsBySecond } from '../../in-memory/sums-by-second.ts';
import { type Metric, readEmfLine } from './emf-line.ts';

export interface MetricStore {
  /** False where the line is none of the embedded metric format. */
  readonly takeLogLine: (line: string) => boolean;
  /** Undefined where it was never measured. */
  readonly find: (metric: Metric) => Pick<SumsBySecond, 'sum'> | undefined;
}

/** A host that made up a dimension for every order must not fill the supervisor's memory. */
const seriesMax = 500;

export const createMetricStore = (): MetricStore => {
  const series = new Map<string, SumsBySecond>();
  const open = (key: string): SumsBySecond | undefined => {
    if (!series.has(key) && series.size < seriesMax) series.set(key, createSumsBySecond());
    return series.get(key);
  };
  return {
    takeLogLine: (line) => {
      const readings = readEmfLine(line);
      for (const { atMs, values, ...metric } of readings ?? [])
        open(keyOf(metric))?.add(
          atMs,
          values.reduce((sum, value) => sum + value, 0),
        );
      return readings !== undefined;
    },
    find: (metric) => series.get(keyOf(metric)),
  };
};

const keyOf = ({ namespace, name, dimensions }: Metric): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort(([left], [right]) => (left < right ? -1 : 1))]);
