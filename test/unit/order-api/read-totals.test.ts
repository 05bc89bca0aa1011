import { describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { createLiveViews } from '../../../projections/read-models/live-views.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { paid, placed } from '../../support/builders/retail-drafts.ts';
import { createTestApi } from '../../support/order-api-client.ts';
import { createProjectedRegion, someOrders } from '../../support/projected-orders.ts';

const start = async () => {
  const us = createLedger({ stream: 'order/other/1' }).at('us-east-1');
  us.append([placed(), paid(1250)]);
  const region = await createProjectedRegion([...someOrders(), ...us.entries()]);
  const views = createLiveViews(region);
  return { views, api: createTestApi(region.eventStore, { views }) };
};

describe('the totals of a tenant', () => {
  it('are what the rows of its orders add up to, as the views have them', async () => {
    const { api, views } = await start();
    const { status, body } = await api.get('/totals', { as: { tenant: 'default' } });
    expect(status).toBe(200);
    expect(body).toEqual({ region: 'us-east-1', totals: await views.totals('default') });
    expect(body.totals).toMatchObject({
      orders: 4,
      'status.paid': 1,
      'status.shipped': 2,
      'status.packed': 1,
      'cases.review': 1,
      'cases.illegal': 1,
      'entries.eu-west-1': 1,
      'money.captured.BRL': 4 * 9980,
    });
  });

  it("have nothing of another tenant's, and nothing where there are no orders", async () => {
    const { api } = await start();
    expect((await api.get('/totals', { as: { tenant: 'other' } })).body.totals).toEqual({
      orders: 1,
      'status.paid': 1,
      'class.none': 1,
      'entries.us-east-1': 1,
      'money.captured.BRL': 1250,
    });
    const { body } = await api.get('/totals', { as: { tenant: 'nobody' } });
    expect(body).toEqual({ region: 'us-east-1', totals: {} });
  });

  it('take no token of an order and no query, which would mean nothing here', async () => {
    const { api } = await start();
    const withToken = await api.get('/totals', { headers: { 'rejoin-token': 'us-east-1:1' } });
    expect(withToken).toMatchObject({ status: 400, body: { type: 'urn:rejoin:problem:invalid-header' } });
    const withQuery = await api.get('/totals', { query: { status: 'paid' } });
    expect(withQuery).toMatchObject({ status: 400, body: { type: 'urn:rejoin:problem:invalid-query' } });
  });

  it('ask to come back when the views cannot be reached', async () => {
    const { views } = await start();
    const region = await createProjectedRegion([]);
    const totals = () => Promise.reject(new LedgerFault('throttled', 'no answer'));
    const api = createTestApi(region.eventStore, { views: { ...views, totals } });
    expect((await api.get('/totals')).status).toBe(503);
  });
});
