/**
 * Powertools for a handler: structured logs, CloudWatch metrics (EMF) and X-Ray, the same for every service. For
 * composition roots; what they hand on is the few functions that a service or a projection asks for.
 *
 * Logs carry ids and kinds, never events or answers: an order holds names and addresses. So neither the event nor the
 * response is captured.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import type { MiddlewareObj } from '@middy/core';
import type { Dimensions } from '../../domain/ports/metrics.ts';
import { metricsNamespace, writeMetricsLine } from './write-metrics-line.ts';

export interface Powertools {
  readonly logger: Logger;
  readonly metrics: {
    /** Those without dimensions are one line an invocation, with dimensions one line each. */
    readonly count: (name: string, value?: number, dimensions?: Dimensions) => void;
    readonly measure: (name: string, valuesMs: readonly number[], dimensions?: Dimensions) => void;
  };
  /** For middy, in this order. */
  readonly middlewares: readonly MiddlewareObj[];
}

export interface PowertoolsOptions {
  readonly serviceName: string;
  /** Where in an event the id stands that ties the lines of a request together, as names with dots between. */
  readonly correlationIdPath?: string;
}

export const createPowertools = ({ serviceName, correlationIdPath }: PowertoolsOptions): Powertools => {
  const logger = new Logger({ serviceName, correlationIdSearchFn: readPath });
  // That an invocation counted nothing is no fault: a run of the region's agent has its own lines.
  const metrics = new Metrics({
    namespace: metricsNamespace,
    serviceName,
    logger: { ...console, warn: () => undefined },
  });
  const tracer = new Tracer({ serviceName });
  return {
    logger,
    metrics: {
      count: (name, value = 1, dimensions) => {
        if (!dimensions) metrics.addMetric(name, MetricUnit.Count, value);
        else writeMetricsLine({ serviceName, dimensions, metrics: [{ name, unit: 'Count', values: [value] }] });
      },
      measure: (name, valuesMs, dimensions = {}) =>
        writeMetricsLine({ serviceName, dimensions, metrics: [{ name, unit: 'Milliseconds', values: valuesMs }] }),
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
