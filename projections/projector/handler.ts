/**
 * The projector on Lambda: the composition root that puts DynamoDB, EventBridge, SQS, Powertools and the settings behind it.
 *
 * Built at the first batch and kept for the next, so that importing this file reads no environment.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { fold } from '../../domain/fold/fold.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import { createDocumentClient } from '../../infra/dynamodb/document-client.ts';
import { createDynamoDbControlStore } from '../../infra/dynamodb/dynamodb-control-store.ts';
import { createDynamoDbEventStore } from '../../infra/dynamodb/dynamodb-event-store.ts';
import { createDynamoDbViews } from '../../infra/dynamodb/dynamodb-view-store.ts';
import { createEventBridgeAlertBus } from '../../infra/eventbridge/eventbridge-alert-bus.ts';
import { createEventBridgeClient } from '../../infra/eventbridge/eventbridge-client.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { createPowertools } from '../../infra/powertools/create-powertools.ts';
import { readSettings, SettingsError } from '../../infra/settings/settings.ts';
import { createSqsClient } from '../../infra/sqs/sqs-client.ts';
import { createSqsDeadLetterQueue } from '../../infra/sqs/sqs-dead-letter-queue.ts';
import { openBacklogWatch } from '../../services/write-plan/backlog-watch.ts';
import { createGenerationStore } from '../generations/generation-store.ts';
import { projectionVersion } from '../views/order-view.ts';
import { createProjector, type Projector } from './projector.ts';

export const handler = async (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> => {
  projector ??= buildProjector();
  return projector(event, context);
};

let projector: Projector | undefined;

const buildProjector = (): Projector => {
  const settings = readSettings();
  const { region, ledgerTable, viewsTable, controlTable, alertBus, deadLetterQueueUrl: queueUrl } = settings;
  if (queueUrl === undefined)
    throw new SettingsError(['DEAD_LETTER_QUEUE_URL: the projector needs a queue for poison']);
  const shared = { documentClient: createDocumentClient({ region }), sleep, random: Math.random };
  const controlStore = createDynamoDbControlStore({ ...shared, tableName: controlTable });
  const clock = { nowMs: Date.now };
  const observability = createPowertools({ serviceName: 'projector' });
  return createProjector({
    region,
    eventStore: createDynamoDbEventStore({ ...shared, tableName: ledgerTable, sha256 }),
    openViews: createDynamoDbViews({ ...shared, tableName: viewsTable }),
    controlStore,
    generations: createGenerationStore(controlStore),
    alertBus: createEventBridgeAlertBus({ ...shared, client: createEventBridgeClient({ region }), busName: alertBus }),
    deadLetterQueue: createSqsDeadLetterQueue({ client: createSqsClient({ region }), queueUrl }),
    fold: (entries) => fold(entries, retail),
    version: projectionVersion(retail),
    lifecycleName: retail.name,
    clock,
    sha256,
    backlogWatch: openBacklogWatch({
      settings: settings.writePlan,
      controlStore,
      clock,
      onFault: (fault) => {
        observability.logger.warn('a backlog may be missing in control', { error: fault as Error });
        observability.metrics.count('BacklogUnnoted');
      },
    }),
    observability,
  });
};
