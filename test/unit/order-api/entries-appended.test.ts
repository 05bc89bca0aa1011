import { expect, it } from 'vitest';
import type { Metrics } from '../../../domain/ports/metrics.ts';
import { quietObservability } from '../../../services/middleware/observability.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { createDisputedOrders } from '../../support/disputed-orders.ts';

const start = () => {
  let counted = 0;
  const count: Metrics['count'] = (name, value = 1) => {
    if (name === 'EntriesAppended') counted += value;
  };
  const orders = createDisputedOrders({ observability: { ...quietObservability(), metrics: { count } } });
  const stored = async () => {
    orders.meet();
    let entries = 0;
    for await (const stream of orders.us.store.streams())
      entries += (await orders.us.store.load(stream)).entries.length;
    return entries;
  };
  return { ...orders, figures: async () => ({ counted, stored: await stored() }) };
};

const both = (entries: number) => ({ counted: entries, stored: entries });

it('counts every entry that any kind of write stores, once, whoever repeats it', async () => {
  const { us, eu, dispute, remember, figures } = start();
  const caseId = await dispute('1001');
  await remember('1001', caseId);
  // Placed, paid, packed, shipped, and cancelled elsewhere.
  expect(await figures()).toEqual(both(5));

  const writes: readonly (readonly [string, number, () => Promise<unknown>])[] = [
    ['a placement', 1, () => us.api.post('/orders', 'p-2', { orderId: '1002', ...placed().data })],
    ['a decision', 1, () => us.api.post('/orders/1002/decisions', 'd-2', { type: 'OrderCancelled', data: {} })],
    [
      'a decision that the order forbids',
      0,
      () => us.api.post('/orders/1002/decisions', 'd-3', { type: 'OrderCancelled' }),
    ],
    [
      'a fact',
      1,
      () => us.api.post('/orders/1002/facts', 'f-1', { type: 'OrderPacked', source: 'warehouse', data: {} }),
    ],
    [
      'two events that are one entry',
      1,
      () =>
        us.api.post('/orders/1002/facts', 'f-2', {
          source: 'warehouse',
          events: [
            { type: 'OrderPacked', data: {} },
            { type: 'OrderShipped', data: {} },
          ],
        }),
    ],
    [
      'a batch, one of which is a repetition and one wrong',
      2,
      () =>
        us.api.send('POST', '/facts:batch', {
          headers: { 'content-type': 'application/json' },
          rawBody: JSON.stringify({
            facts: [
              { orderId: '1002', idempotencyKey: 'f-1', type: 'OrderPacked', source: 'warehouse', data: {} },
              { orderId: '1003', idempotencyKey: 'b-1', type: 'OrderPacked', source: 'warehouse', data: {} },
              { orderId: '1004', idempotencyKey: 'b-2', type: 'OrderPacked', source: 'warehouse', data: {} },
              { orderId: '1004', idempotencyKey: 'b-3', type: 'NoSuchThing', source: 'warehouse', data: {} },
            ],
          }),
        }),
    ],
    [
      'a command over two orders',
      2,
      () =>
        us.api.post('/commands', 'g-1', {
          orders: [
            { orderId: '1005', type: 'OrderPlaced', data: placed().data },
            { orderId: '1006', type: 'OrderPlaced', data: placed().data },
          ],
        }),
    ],
    [
      'a decision about a case',
      1,
      () => us.api.post(`/cases/${caseId}/resolution`, 'r-1', { outcome: { status: 'delivered' }, reason: 'kept' }),
    ],
    [
      'another that comes second',
      0,
      () => eu.api.post(`/cases/${caseId}/resolution`, 'r-2', { outcome: {}, reason: 'mine', order: '1001' }),
    ],
  ];
  let entries = 5;
  for (const [what, more, send] of writes) {
    await send();
    entries += more;
    expect(await figures(), what).toEqual(both(entries));
    await send();
    expect(await figures(), `${what}, again`).toEqual(both(entries));
  }
});
