/**
 * The order API on Lambda: the composition root that puts DynamoDB, the clock and the settings behind it.
 *
 * Built at the first request and kept for the next, so that importing this file reads no environment.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { retail } from '../../domain/lifecycle/retail.ts';
import { createDocumentClient } from '../../infra/dynamodb/document-client.ts';
import { createDynamoDbEventStore } from '../../infra/dynamodb/dynamodb-event-store.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { createPowertools } from '../../infra/powertools/create-powertools.ts';
import { readSettings } from '../../infra/settings/settings.ts';
import type { Answer } from './http-answer.ts';
import { createOrderApi, type OrderApi } from './order-api.ts';

export const handler = (event: APIGatewayProxyEventV2, context: Context): Promise<Answer> => {
  orderApi ??= buildOrderApi();
  return orderApi(event, context);
};

let orderApi: OrderApi | undefined;

const buildOrderApi = (): OrderApi => {
  const { region, consistency, ledgerTable, ledgerShards, defaultTenant } = readSettings();
  const random = Math.random;
  const eventStore = createDynamoDbEventStore({
    documentClient: createDocumentClient({ region }),
    tableName: ledgerTable,
    shardsPerRegion: ledgerShards,
    sha256,
    sleep,
    random,
  });
  return createOrderApi({
    eventStore,
    lifecycle: retail,
    region,
    consistency,
    clock: { nowMs: Date.now },
    random,
    sleep,
    sha256,
    settings: { defaultTenant },
    observability: createPowertools({ serviceName: 'order-api' }),
  });
};
