/**
 * The order API as it runs on Lambda, on whatever stores it is given, with real tokens, sealed personal data and a limit
 * on its caller. Only Powertools is left out: what it logs is the platform's cost.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { retail } from '../../domain/lifecycle/retail.ts';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import type { EventStore } from '../../domain/ports/event-store.ts';
import { noWritePlan } from '../../domain/ports/write-gate-reader.ts';
import { createDynamoDbControlStore } from '../../infra/dynamodb/dynamodb-control-store.ts';
import { createDynamoDbCustomerKeys } from '../../infra/dynamodb/dynamodb-customer-keys.ts';
import { createDynamoDbEventStore } from '../../infra/dynamodb/dynamodb-event-store.ts';
import { createInMemoryControlStore } from '../../infra/in-memory/in-memory-control-store.ts';
import { createInMemoryCustomerKeys } from '../../infra/in-memory/in-memory-customer-keys.ts';
import { createInMemoryEventStore } from '../../infra/in-memory/in-memory-event-store.ts';
import { createInMemoryViews } from '../../infra/in-memory/in-memory-view-store.ts';
import { createLocalKeyWrap } from '../../infra/key-file/key-file.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { createCustomerKeyRing } from '../../infra/personal-data/customer-key-ring.ts';
import type { CustomerKeyStore } from '../../infra/personal-data/customer-keys.ts';
import { firstGeneration } from '../../projections/generations/generations.ts';
import type { OrderView } from '../../projections/views/order-view.ts';
import { quietObservability } from '../../services/middleware/observability.ts';
import { createOrderApi, type OrderApi } from '../../services/order-api/order-api.ts';
import type { OrderApiDeps } from '../../services/order-api/order-api-deps.ts';
import { createRateLimiter } from '../../services/order-api/rate-limit/rate-limiter.ts';
import { createCaseLives } from '../../services/review/case-lives.ts';
import { testTokens } from '../../test/support/test-tokens.ts';

export interface BenchStores {
  readonly eventStore: EventStore;
  readonly controlStore: ControlStore;
  readonly customerKeys: CustomerKeyStore;
  /** Empty ones when left out. */
  readonly views?: OrderApiDeps['views'];
}

export const inMemoryStores = (): BenchStores => ({
  eventStore: createInMemoryEventStore({ sha256 }),
  controlStore: createInMemoryControlStore(),
  customerKeys: createInMemoryCustomerKeys(),
});

export interface BenchTables {
  readonly documentClient: DynamoDBDocumentClient;
  readonly ledger: string;
  readonly control: string;
}

export const dynamoDbStores = ({ documentClient, ledger, control }: BenchTables): BenchStores => {
  const shared = { documentClient, sleep: pause, random: Math.random };
  return {
    eventStore: createDynamoDbEventStore({ ...shared, tableName: ledger, sha256 }),
    controlStore: createDynamoDbControlStore({ ...shared, tableName: control }),
    customerKeys: createDynamoDbCustomerKeys({ ...shared, tableName: ledger }),
  };
};

/** Far more than a bench can send, in a bucket so small that it is settled as often as it ever is. */
const limit = { perSecond: 1_000_000, burst: 200 };

const keyWrap = createLocalKeyWrap({ masterKey: randomBytes(64), payloadSecret: randomBytes(32) });

export const createBenchApi = (
  { eventStore, controlStore, customerKeys, views = createInMemoryViews<OrderView>()(firstGeneration) }: BenchStores,
  region: string,
): OrderApi => {
  const clock = { nowMs: Date.now };
  const observability = quietObservability();
  const { metrics } = observability;
  return createOrderApi({
    eventStore,
    views,
    lives: createCaseLives(controlStore),
    peers: [],
    personalData: createCustomerKeyRing({ keyStore: customerKeys, keyWrap, region, clock, randomBytes }),
    lifecycle: retail,
    region,
    consistency: 'eventual',
    clock,
    random: Math.random,
    sleep: pause,
    sha256,
    tokens: testTokens,
    writeGate: noWritePlan,
    rateLimiter: createRateLimiter({ limit, controlStore, clock, random: Math.random, sleep: pause, metrics }),
    observability,
  });
};

const pause = async (ms: number): Promise<void> => {
  await sleep(ms);
};
