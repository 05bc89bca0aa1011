import { describe, expect, it } from 'vitest';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { useDeployedOrderApi } from '../../support/deployed-order-api.ts';

const { region, api, eventStore, project, stopDatabase } = useDeployedOrderApi();

/** Another tenant's order, too. */
const projectAll = async () => {
  await eventStore().append(createLedger({ stream: 'order/other/1009' }).at(region).append(placed()));
  for await (const stream of eventStore().streams()) await project(stream);
};

describe('lists of orders over DynamoDB', () => {
  it('pages through what the projector wrote, of one tenant, and explains what a person is asked about', async () => {
    const orderIds = Array.from({ length: 7 }, (_, i) => `100${i + 1}`);
    for (const orderId of orderIds)
      await api.post('/orders', `place-${orderId}`, { orderId, ...placed().data, customerId: `customer ${orderId}` });
    const early = await api.post('/orders/1003/facts', 'ship-1', { type: 'OrderShipped', source: 'carrier' });
    await projectAll();

    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { status: 'placed', limit: '3', ...(cursor !== undefined && { cursor }) };
      const page = await api.get('/orders', { query });
      expect(page.status, JSON.stringify(page.body)).toBe(200);
      listed.push(...page.body.orders.map(({ orderId }: { orderId: string }) => orderId));
      cursor = page.body.cursor;
    } while (cursor !== undefined);
    expect(listed.toSorted()).toEqual(orderIds);

    expect((await api.get('/orders', { query: { customer: 'customer 1002' } })).body).toMatchObject({
      orders: [{ orderId: '1002', customerId: 'customer 1002', token: 'us-east-1:1', region }],
    });
    const { body } = await api.get('/orders', { query: { openCases: 'true' } });
    expect(body).toEqual({ orders: [expect.objectContaining({ orderId: '1003', class: 'illegal', openCases: 1 })] });
    expect(await api.get('/orders/1003/explanation')).toMatchObject({
      status: 200,
      headers: { etag: '"us-east-1:2"' },
      body: { rejected: [{ id: early.body.entry.id, reasons: ['illegal'], types: ['OrderShipped'] }] },
    });
    expect((await api.get('/orders/1009/explanation')).status).toBe(404);
  });

  it('asks to come back when DynamoDB is gone', async () => {
    await stopDatabase();
    expect((await api.get('/orders', { query: { status: 'placed' } })).status).toBe(503);
  });
});
