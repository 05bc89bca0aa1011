/**
 * The order API on Lambda: the composition root that puts DynamoDB, the clock and the settings behind it.
 *
 * Built at the first request and kept for the next, so that importing this file reads no environment.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { retail } from '../../domain/lifecycle/retail.ts';
import { createDocumentClient } from '../../infra/dynamodb/document-client.ts';
import { createDynamoDbControlStore } from '../../infra/dynamodb/dynamodb-control-store.ts';
import { createDynamoDbEventStore } from '../../infra/dynamodb/dynamodb-event-store.ts';
import { createDynamoDbViews } from '../../infra/dynamodb/dynamodb-view-store.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { createPowertools } from '../../infra/powertools/create-powertools.ts';
import { readSettings } from '../../infra/settings/settings.ts';
import { createGenerationStore } from '../../projections/generations/generation-store.ts';
import { createLiveViews } from '../../projections/read-models/live-views.ts';
import type { OrderView } from '../../projections/views/order-view.ts';
import type { Answer } from './http-answer.ts';
import { createOrderApi, type OrderApi } from './order-api.ts';

export const handler = (event: APIGatewayProxyEventV2, context: Context): Promise<Answer> => {
  orderApi ??= buildOrderApi();
  return orderApi(event, context);
};

let orderApi: OrderApi | undefined;

const buildOrderApi = (): OrderApi => {
  const { region, consistency, ledgerTable, ledgerShards, viewsTable, controlTable, defaultTenant } = readSettings();
  const clock = { nowMs: Date.now };
  const shared = { documentClient: createDocumentClient({ region }), sleep, random: Math.random };
  return createOrderApi({
    eventStore: createDynamoDbEventStore({ ...shared, tableName: ledgerTable, shardsPerRegion: ledgerShards, sha256 }),
    views: createLiveViews({
      generations: createGenerationStore(createDynamoDbControlStore({ ...shared, tableName: controlTable })),
      openViews: createDynamoDbViews<OrderView>({ ...shared, tableName: viewsTable }),
      clock,
    }),
    lifecycle: retail,
    region,
    consistency,
    clock,
    random: shared.random,
    sleep,
    sha256,
    settings: { defaultTenant },
    observability: createPowertools({ serviceName: 'order-api' }),
  });
};
