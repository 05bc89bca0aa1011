/**
 * The limit of a caller over DynamoDB Local: containers that share one table share the caller's bucket, and what that
 * costs beside the commands.
 */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ControlStore } from '../../../domain/ports/control-store.ts';
import { createDynamoDbControlStore } from '../../../infra/dynamodb/dynamodb-control-store.ts';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { controlTable, ledgerTable } from '../../../infra/dynamodb/ledger-table.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import {
  createRateLimiter,
  type RateLimiter,
  rateLimitKind,
} from '../../../services/order-api/rate-limit/rate-limiter.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { useDynamoDbLocal } from '../../support/dynamodb-local-fixture.ts';
import { observeRequests } from '../../support/observe-requests.ts';
import { createTestApi, type OrderApiClient } from '../../support/order-api-client.ts';

const local = useDynamoDbLocal();
const shop = { tenant: 'acme', actor: 'tester' };
/** So slow that no token comes back while a test runs. */
const limit = { perSecond: 0.001, burst: 100 };
const sleep = (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms));

let documentClient: DynamoDBDocumentClient;
let tableName: string;
let nowMs: number;

beforeEach(async () => {
  documentClient = local.connect();
  tableName = await local.createTable(controlTable);
  nowMs = Date.now();
});

const createControlStore = (): ControlStore =>
  createDynamoDbControlStore({ documentClient, tableName, sleep, random: Math.random });

const createLimiter = (): RateLimiter =>
  createRateLimiter({
    limit,
    controlStore: createControlStore(),
    clock: { nowMs: () => nowMs },
    random: () => 0.5,
    // Whatever the machine does, a settlement is waited for.
    sleep: () => sleep(20_000),
    metrics: { count: (name) => expect(name).toBe('RateLimited') },
  });

const ask = async (limiter: RateLimiter, times: number): Promise<number> => {
  let taken = 0;
  for (let i = 0; i < times; i++) {
    if (limiter.take(shop).kind === 'taken') taken++;
    await limiter.settled();
  }
  return taken;
};

describe('two containers over one control table', () => {
  it("share a caller's bucket", async () => {
    const [one, other] = [createLimiter(), createLimiter()];
    expect(await ask(one, 100)).toBe(100);
    nowMs += 2_000;
    // It has none left to let in, but settles what it owes.
    expect(await ask(one, 1)).toBe(0);
    expect(await ask(other, 100)).toBe(5);
  });

  it('lose nothing of what both spend at once', async () => {
    const both = [createLimiter(), createLimiter()] as const;
    let taken = 0;
    for (let round = 0; round < 20; round++, nowMs += 3_000)
      for (const count of await Promise.all(both.map((limiter) => ask(limiter, 10)))) taken += count;
    expect(taken).toBeGreaterThanOrEqual(100);
    // Whoever lost the last race for the row settles now. Less than a twentieth of a burst is never settled.
    for (const limiter of both) {
      await ask(limiter, 1);
      nowMs += 3_000;
    }
    const row = await createControlStore().get<{ tokens: number }>(rateLimitKind, 'acme/tester');
    expect(row?.value.tokens).toBeGreaterThanOrEqual(limit.burst - taken);
    expect(row?.value.tokens).toBeLessThan(limit.burst - taken + 2 * 5);
  });
});

describe('what the limit costs', () => {
  it('is nothing for a light caller, and a GetItem and a PutItem for one who spends a twentieth of a burst', async () => {
    const api = await createApi();
    const ledgerRequests = (commands: number) => Array.from({ length: commands }, () => ['Query', 'PutItem']).flat();
    const observed = observeRequests(documentClient);
    for (let i = 1; i <= 4; i++) await placeOrder(api, `order-${i}`);
    expect(observed.map(({ command }) => command)).toEqual(ledgerRequests(4));
    for (let i = 5; i <= 9; i++) await placeOrder(api, `order-${i}`);
    const commands = observed.map(({ command }) => command).sort();
    expect(commands).toEqual([...ledgerRequests(9), 'GetItem', 'PutItem'].sort());
  });
});

const createApi = async (): Promise<OrderApiClient> => {
  const ledger = await local.createTable(ledgerTable);
  const shared = { documentClient, sleep, random: Math.random };
  return createTestApi(createDynamoDbEventStore({ ...shared, tableName: ledger, sha256 }), {
    rateLimiter: createLimiter(),
  });
};

const placeOrder = async (api: OrderApiClient, orderId: string): Promise<void> => {
  const reply = await api.post('/orders', `place-${orderId}`, { orderId, ...placed().data });
  expect(reply.status).toBe(201);
};
