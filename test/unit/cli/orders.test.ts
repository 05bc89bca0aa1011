import { describe, expect, it } from 'vitest';
import type { ListQuery } from '../../../domain/ports/view-store.ts';
import { createLiveViews } from '../../../projections/read-models/live-views.ts';
import type { OrderView } from '../../../projections/views/order-view.ts';
import { listOrders, showOrder, showTotals } from '../../../services/cli/commands/orders.ts';
import { recordIo } from '../../support/command-io.ts';
import { createProjectedRegion, nowMs } from '../../support/projected-orders.ts';

const start = async () => {
  const { generations, openViews, clock } = await createProjectedRegion();
  const io = recordIo();
  const views = createLiveViews<OrderView>({ generations, openViews, clock });
  return { ...io, deps: { ...io, views, nowMs: () => nowMs + 90_000 } };
};

const shippedOrders: ListQuery = { tenant: 'default', list: 'status', status: 'shipped', limit: 10 };

describe('rejoin orders', () => {
  it('lists orders by status, with what each is complete to', async () => {
    const { deps, said } = await start();
    expect(await listOrders(shippedOrders, { isJson: false }, deps)).toBe(0);
    const [head, ...lines] = said().trimEnd().split('\n');
    expect(head).toMatch(/^order +status +class +open cases +folded +complete to$/);
    expect(lines).toHaveLength(2);
    expect(said()).toMatch(/disputed +shipped \(provisional\) +review +1 +2 min ago +eu-west-1:1,us-east-1:4/);
    expect(said()).toMatch(/\nshipped +shipped +none +0 +2 min ago +us-east-1:4/);
  });

  it('lists orders that wait for a person, page by page', async () => {
    const { deps, said, told } = await start();
    const query: ListQuery = { tenant: 'default', list: 'open-cases', limit: 1 };
    await listOrders(query, { isJson: false }, deps);
    const cursor = /--cursor '(\S+)'/.exec(told())?.[1];
    expect(cursor).toBeDefined();
    await listOrders({ ...query, after: cursor }, { isJson: false }, deps);
    expect(said()).toContain('early-return');
    expect(said()).toContain('disputed');
  });

  it('lists a customer as JSON, one row a line, and then where the next page begins', async () => {
    const { deps, json } = await start();
    const query: ListQuery = { tenant: 'default', list: 'customer', customerId: 'customer-1', limit: 3 };
    await listOrders(query, { isJson: true }, deps);
    expect(json()).toHaveLength(4);
    expect(json()[0]).toMatchObject({
      stream: expect.stringMatching(/^order\/default\//),
      row: { status: expect.any(String) },
    });
    expect(json()[3]).toEqual({ next: expect.any(String) });
  });

  it('says on standard error alone that there are none', async () => {
    const { deps, said, told } = await start();
    await listOrders({ ...shippedOrders, status: 'refunded' }, { isJson: false }, deps);
    expect([said(), told()]).toEqual(['', 'There are none.\n']);
  });

  it('shows one order: what it is, when it was folded, its cases and its history', async () => {
    const { deps, said } = await start();
    expect(await showOrder({ tenant: 'default', orderId: 'disputed' }, { isJson: false }, deps)).toBe(0);
    expect(said()).toMatch(/^status +shipped \(provisional\)$/m);
    expect(said()).toMatch(/^complete to +eu-west-1:1,us-east-1:4$/m);
    expect(said()).toMatch(/^folded +2026-01-02T00:00:00.000Z, 2 min ago, by \d{4}\.\d{4}$/m);
    expect(said()).toMatch(/^generation +g0001$/m);
    expect(said()).toMatch(/^captured +9980$/m);
    expect(said()).toMatch(/^[0-9A-Z]{26} +eu-west-1\/0000000001 +contested/m);
    expect(said()).toMatch(/OrderCancelled +rejected, stays \w+$/m);
  });

  it('shows one order as one JSON object', async () => {
    const { deps, json } = await start();
    await showOrder({ tenant: 'default', orderId: 'plain' }, { isJson: true }, deps);
    expect(json()).toMatchObject([{ generation: 'g0001', stream: 'order/default/plain', row: { status: 'paid' } }]);
  });

  it('ends with 1 when there is no such order', async () => {
    const { deps, said, told } = await start();
    expect(await showOrder({ tenant: 'acme', orderId: 'plain' }, { isJson: false }, deps)).toBe(1);
    expect(said()).toBe('');
    expect(told()).toContain('there is no order plain of acme');
  });

  it('adds up statistics and money', async () => {
    const { deps, said } = await start();
    expect(await showTotals('default', { isJson: false }, deps)).toBe(0);
    expect(said()).toMatch(/^4 +orders$/m);
    expect(said()).toMatch(/^39,920 +money\.captured\.BRL$/m);
    const other = await start();
    await showTotals('default', { isJson: true }, other.deps);
    expect(other.json()).toMatchObject([{ tenant: 'default', generation: 'g0001', totals: { orders: 4 } }]);
    await showTotals('nobody', { isJson: false }, other.deps);
    expect(other.told()).toContain('There are no orders of nobody');
  });
});
