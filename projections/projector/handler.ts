/**
 * The projector on Lambda: the composition root that puts DynamoDB, Powertools and the settings behind it.
 *
 * Built at the first batch and kept for the next, so that importing this file reads no environment.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { fold } from '../../domain/fold/fold.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import { createDocumentClient } from '../../infra/dynamodb/document-client.ts';
import { createDynamoDbEventStore } from '../../infra/dynamodb/dynamodb-event-store.ts';
import { createDynamoDbViewStore } from '../../infra/dynamodb/dynamodb-view-store.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { readSettings } from '../../infra/settings/settings.ts';
import { orderViewName } from '../views/order-view.ts';
import { createProjector, type Projector, type ProjectorObservability } from './projector.ts';

export const handler = (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> => {
  projector ??= buildProjector();
  return projector(event, context);
};

let projector: Projector | undefined;

const buildProjector = (): Projector => {
  const { region, ledgerTable, viewsTable } = readSettings();
  const shared = { documentClient: createDocumentClient({ region }), sleep, random: Math.random };
  return createProjector({
    eventStore: createDynamoDbEventStore({ ...shared, tableName: ledgerTable, sha256 }),
    viewStore: createDynamoDbViewStore({ ...shared, tableName: viewsTable, view: orderViewName }),
    fold: (entries) => fold(entries, retail),
    observability: createPowertools(),
  });
};

const createPowertools = (): ProjectorObservability => {
  const serviceName = 'projector';
  const logger = new Logger({ serviceName });
  const metrics = new Metrics({ namespace: 'Rejoin', serviceName });
  const tracer = new Tracer({ serviceName });
  return {
    logger,
    count: (name, value) => void metrics.addMetric(name, MetricUnit.Count, value),
    middlewares: [
      injectLambdaContext(logger),
      logMetrics(metrics, { captureColdStartMetric: true }),
      captureLambdaHandler(tracer, { captureResponse: false }),
    ],
  };
};
