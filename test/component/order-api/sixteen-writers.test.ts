/**
 * Sixteen writers want the same order at the same time, two hundred times over, in one region on a real DynamoDB: half of
 * them cancel it, half add a point. Every position is won once, one cancellation wins, no point is lost, and who loses is
 * told what is true by then.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { ledgerTable } from '../../../infra/dynamodb/ledger-table.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { useDynamoDbLocal } from '../../support/dynamodb-local-fixture.ts';
import { createTestApi, type OrderApiClient, type Reply } from '../../support/order-api-client.ts';

const rounds = 200;
const roundsAtOnce = 4;
const writersOfEachKind = 8;

const dynamoDb = useDynamoDbLocal();

describe('sixteen writers of one order', () => {
  let api: OrderApiClient;

  beforeAll(async () => {
    const tableName = await dynamoDb.createTable(ledgerTable);
    const waits = { sleep: (ms: number) => sleep(ms), random: createSeededRandom(16) };
    const eventStore = createDynamoDbEventStore({ documentClient: dynamoDb.connect(), tableName, sha256, ...waits });
    api = createTestApi(eventStore, waits);
  });

  const runRound = async (round: number): Promise<void> => {
    const orderId = `raced-${round}`;
    await api.post('/orders', `place-${round}`, { orderId, ...placed().data });
    const writers = Array.from({ length: writersOfEachKind }, (_, i) => i);
    const decide = (key: string, body: object) => insist(() => api.post(`/orders/${orderId}/decisions`, key, body));
    const [cancellations, points] = await Promise.all([
      Promise.all(writers.map((i) => decide(`cancel-${i}`, { type: 'OrderCancelled' }))),
      Promise.all(writers.map((i) => decide(`point-${i}`, { type: 'LoyaltyPointsAdjusted', data: { delta: 1 } }))),
    ]);

    const cancelled = cancellations.filter(({ status }) => status === 201);
    expect(cancelled, `round ${round}: one cancellation`).toHaveLength(1);
    for (const { status, body } of cancellations.filter((reply) => reply !== cancelled[0]))
      expect({ status, body }).toMatchObject({ status: 409, body: { orderStatus: 'cancelled' } });
    expect(points.map(({ status }) => status)).toEqual(writers.map(() => 201));

    const positions = [...cancelled, ...points].map(({ body }) => body.entry.position);
    expect(new Set(positions).size, `round ${round}: a position is won once`).toBe(positions.length);
    const page = await api.get(`/orders/${orderId}/entries`);
    expect(page.body.entries.map(({ position }: { position: string }) => position)).toEqual([
      'us-east-1/0000000001',
      ...positions.toSorted(),
    ]);
    const order = await api.get(`/orders/${orderId}`);
    expect(order.body).toMatchObject({ status: 'cancelled', class: 'none', fields: { points: writersOfEachKind } });
  };

  it('are told the truth, two hundred times', async () => {
    let next = 0;
    const runNext = async (): Promise<void> => {
      while (next < rounds) await runRound(next++);
    };
    await Promise.all(Array.from({ length: roundsAtOnce }, runNext));
  });
});

/** Who lost every race is told to come back, with the same key. */
const insist = async (send: () => Promise<Reply>): Promise<Reply> => {
  for (let tries = 1; tries <= triesMax; tries++) {
    const reply = await send();
    if (reply.body.type !== 'urn:rejoin:problem:busy') return reply;
    expect(reply).toMatchObject({ status: 409, headers: { 'retry-after': '1' } });
  }
  throw new Error(`busy ${triesMax} times`);
};

const triesMax = 20;
