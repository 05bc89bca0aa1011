/**
 * What a service asks of whoever watches it. On Lambda that is Powertools (infra/powertools), which a handler.ts builds.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import type { MiddlewareObj } from '@middy/core';
import type { Metrics, ProjectorMetrics } from '../../domain/ports/metrics.ts';

export interface Observability {
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly metrics: Metrics;
  /** For middy, in this order. */
  readonly middlewares: readonly MiddlewareObj[];
}

/** Says nothing: for tests, and for a host whose standard output belongs to somebody else. Fits the projector, too. */
export const quietObservability = (): Observability & { readonly metrics: Metrics & ProjectorMetrics } => ({
  logger: new Logger({ logLevel: 'SILENT' }),
  metrics: { count: () => undefined, measure: () => undefined },
  middlewares: [],
});
