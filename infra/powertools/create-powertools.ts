/**
 * Powertools for a handler: structured logs, CloudWatch metrics (EMF) and X-Ray, the same for every service. For
 * composition roots; what they hand on is the few functions that a service or a projection asks for.
 *
 * Logs carry ids and kinds, never events or answers: an order holds names and addresses. So neither the event nor the
 * response is captured.
 *
 * A line of EMF has one set of dimensions and at most 100 values a metric, and an invocation can have a thousand. So
 * readings with dimensions of their own get one line a set, and of more than `valuesMax` readings that many quantiles are
 * written, smallest and largest included: percentiles and extremes stay true, the sample count does not.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import type { MiddlewareObj } from '@middy/core';

export interface Powertools {
  readonly logger: Logger;
  readonly metrics: {
    readonly count: (name: string, value?: number) => void;
    readonly measure: (
      name: string,
      valuesMs: readonly number[],
      dimensions?: Readonly<Record<string, string>>,
    ) => void;
  };
  /** For middy, in this order. */
  readonly middlewares: readonly MiddlewareObj[];
}

export const metricsNamespace = 'Rejoin';

/** One less than EMF's, at which Powertools would write by itself and forget the dimensions. */
const valuesMax = 99;

export interface PowertoolsOptions {
  readonly serviceName: string;
  /** Where in an event the id stands that ties the lines of a request together, as names with dots between. */
  readonly correlationIdPath?: string;
}

export const createPowertools = ({ serviceName, correlationIdPath }: PowertoolsOptions): Powertools => {
  const logger = new Logger({ serviceName, correlationIdSearchFn: readPath });
  const metrics = new Metrics({ namespace: metricsNamespace, serviceName });
  const tracer = new Tracer({ serviceName });
  return {
    logger,
    metrics: {
      count: (name, value = 1) => void metrics.addMetric(name, MetricUnit.Count, value),
      measure: (name, valuesMs, dimensions = {}) => {
        if (valuesMs.length === 0) return;
        const line = new Metrics({ namespace: metricsNamespace, serviceName });
        line.addDimensions({ ...dimensions });
        for (const value of quantiles(valuesMs)) line.addMetric(name, MetricUnit.Milliseconds, value);
        line.publishStoredMetrics();
      },
    },
    middlewares: [
      injectLambdaContext(logger, { logEvent: false, ...(correlationIdPath !== undefined && { correlationIdPath }) }),
      logMetrics(metrics, { captureColdStartMetric: true }),
      captureLambdaHandler(tracer, { captureResponse: false }),
    ],
  };
};

/** Not found is said, or a line would carry the id of the request before. */
const readPath = (path: string, event: unknown): string => {
  let value = event;
  for (const name of path.split('.')) value = (value as Readonly<Record<string, unknown>> | undefined)?.[name];
  return typeof value === 'string' ? value : 'none';
};

const quantiles = (values: readonly number[]): readonly number[] => {
  if (values.length <= valuesMax) return values;
  const sorted = [...values].sort((left, right) => left - right);
  return Array.from(
    { length: valuesMax },
    (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (valuesMax - 1))] as number,
  );
};
