/**
 * A line of a function's log in CloudWatch's embedded metric format: a JSON object that says in `_aws` which of its other
 * members are metrics, and of what.
 */
import * as z from 'zod';

/** As CloudWatch tells one from another. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface MetricReading extends Metric {
  readonly atMs: number;
  readonly values: readonly number[];
}

const lineSchema = z.looseObject({
  _aws: z.object({
    Timestamp: z.int().min(0),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

/** Undefined where the line is of another kind. As in AWS, what it announces and does not hold is left out. */
export const readEmfLine = (line: string): readonly MetricReading[] | undefined => {
  const parsed = lineSchema.safeParse(parseObject(line));
  if (!parsed.success) return undefined;
  const { _aws: directive, ...members } = parsed.data;
  return directive.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions: sets, Metrics: metrics }) =>
    sets
      .filter((set) => set.every((name) => typeof members[name] === 'string'))
      .flatMap((set) => {
        const dimensions = Object.fromEntries(set.map((name) => [name, String(members[name])]));
        const common = { namespace, dimensions, atMs: directive.Timestamp };
        return metrics.map(({ Name: name }) => ({ ...common, name, values: numbersIn(members[name]) }));
      }),
  );
};

/** Most lines are of this kind, and all others are cheap to tell apart. */
const parseObject = (line: string): unknown => {
  if (!line.startsWith('{"_aws"')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

const numbersIn = (value: unknown): readonly number[] =>
  (Array.isArray(value) ? value : [value]).filter((it) => typeof it === 'number');
