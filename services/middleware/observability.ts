/**
 * Powertools for a handler: structured logs, CloudWatch metrics (EMF) and X-Ray, the same for every service.
 *
 * Logs carry ids and kinds, never events or answers: an order holds names and addresses. So neither the event nor the
 * response is captured.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit, Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import type { MiddlewareObj } from '@middy/core';
import type { Metrics } from '../../domain/ports/metrics.ts';

export interface Observability {
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly metrics: Metrics;
  /** For middy, in this order. */
  readonly middlewares: readonly MiddlewareObj[];
}

export const metricsNamespace = 'Rejoin';

export const createObservability = ({ serviceName }: { readonly serviceName: string }): Observability => {
  const logger = new Logger({ serviceName });
  const metrics = new PowertoolsMetrics({ namespace: metricsNamespace, serviceName });
  const tracer = new Tracer({ serviceName });
  return {
    logger,
    metrics: { count: (name) => void metrics.addMetric(name, MetricUnit.Count, 1) },
    middlewares: [
      injectLambdaContext(logger, { logEvent: false }),
      logMetrics(metrics, { captureColdStartMetric: true }),
      captureLambdaHandler(tracer, { captureResponse: false }),
    ],
  };
};

/** Says nothing: for tests, and for a host whose standard output belongs to somebody else. */
export const quietObservability = (): Observability => ({
  logger: new Logger({ logLevel: 'SILENT' }),
  metrics: { count: () => undefined },
  middlewares: [],
});
