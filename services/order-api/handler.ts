/**
 * The order API on Lambda: the composition root that puts DynamoDB, the clock and the settings behind it.
 *
 * Built at the first request and kept for the next, so that importing this file reads no environment.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { retail } from '../../domain/lifecycle/retail.ts';
import { createCloudWatchClient } from '../../infra/cloudwatch/cloudwatch-client.ts';
import { createCloudWatchTraffic } from '../../infra/cloudwatch/cloudwatch-traffic.ts';
import { createDocumentClient } from '../../infra/dynamodb/document-client.ts';
import { createDynamoDbControlStore } from '../../infra/dynamodb/dynamodb-control-store.ts';
import { createDynamoDbCustomerKeys } from '../../infra/dynamodb/dynamodb-customer-keys.ts';
import { createDynamoDbEventStore } from '../../infra/dynamodb/dynamodb-event-store.ts';
import { createDynamoDbPeerReplica } from '../../infra/dynamodb/dynamodb-peer-replica.ts';
import { createDynamoDbViews } from '../../infra/dynamodb/dynamodb-view-store.ts';
import { createTokenVerifier, fetchIssuerKeys } from '../../infra/jose/jose-token-verifier.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { createCustomerKeyRing } from '../../infra/personal-data/customer-key-ring.ts';
import { openKeyWrap } from '../../infra/personal-data/open-key-wrap.ts';
import { createPowertools } from '../../infra/powertools/create-powertools.ts';
import { readSettings, SettingsError } from '../../infra/settings/settings.ts';
import { createGenerationStore } from '../../projections/generations/generation-store.ts';
import { createLiveViews } from '../../projections/read-models/live-views.ts';
import type { OrderView } from '../../projections/views/order-view.ts';
import { createCaseLives } from '../review/case-lives.ts';
import { openWriteGate } from '../write-plan/open-write-gate.ts';
import { openWritePlan } from '../write-plan/open-write-plan.ts';
import type { Answer } from './http-answer.ts';
import { createOrderApi, type OrderApi } from './order-api.ts';
import { createRateLimiter } from './rate-limit/rate-limiter.ts';

export const handler = (event: APIGatewayProxyEventV2, context: Context): Promise<Answer> => {
  orderApi ??= buildOrderApi();
  return orderApi(event, context);
};

let orderApi: OrderApi | undefined;

const buildOrderApi = (): OrderApi => {
  const settings = readSettings();
  const {
    region,
    consistency,
    ledgerTable,
    ledgerShards,
    viewsTable,
    controlTable,
    peers,
    token,
    personalData,
    rateLimit,
    writePlan,
    traffic,
  } = settings;
  if (token === undefined) throw new SettingsError(['TOKEN_ISSUER: the order API takes tokens and has to know whose']);
  if (personalData === undefined)
    throw new SettingsError(['PERSONAL_DATA_KMS_KEY: the order API seals what is personal and has to know under what']);
  const clock = { nowMs: Date.now };
  const shared = { documentClient: createDocumentClient({ region }), sleep, random: Math.random };
  const controlStore = createDynamoDbControlStore({ ...shared, tableName: controlTable });
  const openControl = (place: { readonly region: string; readonly endpoint?: string }) =>
    createDynamoDbControlStore({ ...shared, documentClient: createDocumentClient(place), tableName: controlTable });
  const serviceName = 'order-api';
  const observability = createPowertools({ serviceName, correlationIdPath: 'requestContext.requestId' });
  const eventStore = createDynamoDbEventStore({
    ...shared,
    tableName: ledgerTable,
    shardsPerRegion: ledgerShards,
    sha256,
  });
  const planParts = {
    region,
    peers: peers.map((peer) => peer.region),
    controlStore,
    clock,
    onFault: (fault: unknown) => observability.logger.error('the write plan cannot be read', fault as Error),
  };
  return createOrderApi({
    eventStore,
    peers: peers.map((peer) => createDynamoDbPeerReplica({ ...peer, tableName: ledgerTable })),
    views: createLiveViews({
      generations: createGenerationStore(controlStore),
      openViews: createDynamoDbViews<OrderView>({ ...shared, tableName: viewsTable }),
      clock,
    }),
    lives: createCaseLives(controlStore),
    personalData: createCustomerKeyRing({
      keyStore: createDynamoDbCustomerKeys({ ...shared, tableName: ledgerTable, consistency }),
      keyWrap: openKeyWrap(personalData, { region }),
      region,
      clock,
      randomBytes,
    }),
    lifecycle: retail,
    region,
    consistency,
    clock,
    random: shared.random,
    sleep,
    sha256,
    tokens: createTokenVerifier({ ...token, keys: fetchIssuerKeys(token.jwksUrl), clock }),
    writeGate: openWriteGate({
      settings: writePlan,
      ...planParts,
      stopwatch: { nowMs: () => performance.now() },
      sleep,
    }),
    writePlan:
      writePlan &&
      openWritePlan({
        ...shared,
        ...planParts,
        settings: writePlan,
        eventStore,
        witness: writePlan.witness && openControl(writePlan.witness),
        sha256,
        metrics: observability.metrics,
      }),
    traffic:
      traffic &&
      createCloudWatchTraffic({ ...traffic, client: createCloudWatchClient({ region }), serviceName, clock }),
    rateLimiter:
      rateLimit &&
      createRateLimiter({ ...shared, limit: rateLimit, controlStore, clock, metrics: observability.metrics }),
    observability,
  });
};
