import { describe, expect, it } from 'vitest';
import { placed } from '../../support/builders/retail-drafts.ts';
import { useDeployedOrderApi } from '../../support/deployed-order-api.ts';

const order = placed().data;
const { api, eventStore, stopDatabase } = useDeployedOrderApi();

const loadEntries = async (orderId: string) => (await eventStore().load(`order/acme/${orderId}`)).entries;

const placeOrder = (orderId: string) => api.post('/orders', `place-${orderId}`, { orderId, ...order });

describe('the order API over DynamoDB', () => {
  it('takes an order through its life and stores every step as one entry', async () => {
    await placeOrder('1001');
    const fact = (type: string, source: string, data: object = {}) =>
      api.post('/orders/1001/facts', `${type}-1`, { type, source, data });
    await fact('PaymentCaptured', 'psp', { amount: 9980 });
    await fact('OrderPacked', 'warehouse');
    const shipped = await fact('OrderShipped', 'carrier', { carrier: 'correios', trackingId: 'BR123' });
    expect(shipped).toMatchObject({ status: 201, body: { order: { status: 'shipped', money: { captured: 9980 } } } });
    const refused = await api.post('/orders/1001/decisions', 'cancel-1', { type: 'OrderCancelled' });
    expect(refused).toMatchObject({ status: 409, body: { orderStatus: 'shipped' } });
    expect(await api.get('/orders/1001')).toMatchObject({
      status: 200,
      headers: { etag: '"us-east-1:4"' },
      body: { status: 'shipped', class: 'none', fields: { trackingId: 'BR123' } },
    });
    const page = await api.get('/orders/1001/entries', { query: { limit: '3' } });
    expect(page.body).toMatchObject({ damaged: [], nextAfter: 'us-east-1/0000000003' });
    expect(page.body.entries).toEqual((await loadEntries('1001')).slice(0, 3));
  });

  it('gives sixteen writers of one order a position each', async () => {
    await placeOrder('1002');
    const replies = await Promise.all(
      Array.from({ length: 16 }, (_, i) =>
        api.post('/orders/1002/facts', `payment-${i}`, { type: 'PaymentCaptured', source: 'psp', data: { amount: 1 } }),
      ),
    );
    expect(replies.map((reply) => reply.status)).toEqual(Array.from({ length: 16 }, () => 201));
    expect(new Set(replies.map((reply) => reply.body.entry.position)).size).toBe(16);
    expect(await loadEntries('1002')).toHaveLength(17);
  });

  it('stores a command once, however often it is sent at once', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => placeOrder('1003')));
    expect(new Set(replies.map((reply) => reply.body.entry.id)).size).toBe(1);
    expect(await loadEntries('1003')).toHaveLength(1);
  });

  it('refuses what does not fit into one entry', async () => {
    const lines = Array.from({ length: 400 }, () => ({ sku: 'x'.repeat(64), quantity: 1, unitPrice: 1 }));
    const rawBody = JSON.stringify({ orderId: '1004', ...order, lines }).padEnd(300 * 1024);
    expect((await api.post('/orders', 'key-1', undefined, { rawBody })).status).toBe(413);
    expect(await loadEntries('1004')).toEqual([]);
  });

  it('says nothing is taken when DynamoDB is gone', async () => {
    await stopDatabase();
    const reply = await placeOrder('1005');
    expect(reply).toMatchObject({ status: 503, body: { type: 'urn:rejoin:problem:ledger-unavailable' } });
    expect(reply.headers['retry-after']).toBe('1');
  });
});
