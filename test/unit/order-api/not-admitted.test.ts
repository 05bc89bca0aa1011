import { describe, expect, it } from 'vitest';
import type { WriteGate } from '../../../domain/write-plan/admission.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { createTestApi, startMs } from '../../support/order-api-client.ts';

const [us, eu] = ['us-east-1', 'eu-west-1'] as const;
const gate: WriteGate = {
  plan: { primary: us, regions: [eu, us], epoch: 3, entryId: 'plan-3' },
  breaker: 'open',
  hasWitness: false,
  isStrict: false,
  primaryUrl: 'https://orders.us-east-1.example.com',
  writtenAtMs: startMs,
};

/** The API of eu-west-1, where order 1001 is known. */
const start = async (change: Partial<WriteGate> = {}) => {
  const eventStore = createInMemoryEventStore({ sha256 });
  const order = { orderId: '1001', ...placed().data };
  await createTestApi(eventStore, { region: eu }).post('/orders', 'place', order);
  const api = createTestApi(eventStore, {
    region: eu,
    writeGate: { read: async () => ({ ...gate, ...change }) },
  });
  return { api, eventStore };
};

const captured = { type: 'PaymentCaptured', source: 'psp', data: { amount: 9_980 } };

describe('a region that may not decide now', () => {
  it('answers a decision with who may, and takes it for nothing', async () => {
    const { api, eventStore } = await start();
    const reply = await api.post('/orders/1001/decisions', 'cancel', { type: 'OrderCancelled', data: {} });
    expect(reply.status).toBe(503);
    expect(reply.body).toMatchObject({
      type: 'urn:rejoin:problem:not-admitted',
      reason: 'isolated',
      primary: us,
      primaryUrl: gate.primaryUrl,
    });
    expect(reply.headers).toMatchObject({ 'retry-after': '5', 'rejoin-epoch': '3', 'rejoin-token': 'eu-west-1:1' });
    expect((await eventStore.load('order/acme/1001')).entries).toHaveLength(1);
  });

  it('goes on taking facts, which carry the epoch, and reading', async () => {
    const { api, eventStore } = await start();
    expect((await api.post('/orders/1001/facts', 'paid', captured)).status).toBe(201);
    const { entries } = await eventStore.load('order/acme/1001');
    expect(entries.map(({ epoch }) => epoch)).toEqual([undefined, 3]);
    const reply = await api.get('/orders/1001');
    expect(reply).toMatchObject({ status: 200, headers: { 'rejoin-epoch': '3' } });
  });

  it('takes no part of a group that another region has to take', async () => {
    const { api, eventStore } = await start();
    const orders = [
      { orderId: '1001', type: 'OrderCancelled', data: {} },
      { orderId: '1002', type: 'OrderPlaced', data: placed().data },
    ];
    const reply = await api.post('/commands', 'exchange', { orders });
    expect(reply).toMatchObject({ status: 503, body: { reason: 'isolated', orderId: '1001' } });
    expect((await eventStore.load('order/acme/1002')).entries).toEqual([]);
  });

  it('in a strict deployment takes no fact, and keeps those of a batch in order', async () => {
    const { api } = await start({ isStrict: true });
    const facts = ['a', 'b'].map((idempotencyKey) => ({ idempotencyKey, ...captured }));
    const { body } = await api.post('/orders/1001/facts:batch', 'batch', { facts });
    expect(body.results.map(({ problem }: { problem: { type: string } }) => problem.type)).toEqual([
      'urn:rejoin:problem:not-admitted',
      'urn:rejoin:problem:not-tried',
    ]);
  });
});
