import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { OlistFolderError } from '../../../infra/world/play/olist-files.ts';
import { readOlistHistories } from '../../../infra/world/play/olist-histories.ts';

const regions = ['us-east-1', 'eu-west-1'] as const;
const excerpt = fileURLToPath(new URL('../../../infra/world/data/olist-1000/', import.meta.url));

const orderHeader =
  'order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date';
const itemHeader = 'order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value';
const paymentHeader = 'order_id,payment_sequential,payment_type,payment_installments,payment_value';
const customerHeader = 'customer_id,customer_unique_id,customer_state';
const delivered =
  'o1,c1,delivered,2018-01-01 10:00:00,2018-01-01 11:00:00,2018-01-02 10:00:00,2018-01-05 10:00:00,2018-02-01 00:00:00';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'olist-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (file: string, ...lines: readonly string[]) => writeFile(join(folder, file), `${lines.join('\n')}\n`);
const writeOrders = (...rows: readonly string[]) => write('olist_orders_dataset.csv', orderHeader, ...rows);
const read = () => readOlistHistories(folder, regions);
const readOne = async () => {
  const { histories } = await read();
  expect(histories).toHaveLength(1);
  return histories[0] ?? expect.unreachable();
};
const storyOf = (history: Awaited<ReturnType<typeof readOne>>) =>
  history.commands.map(({ type, region }) => `${type} ${region}`);

describe('order histories from rows of Olist', () => {
  it('write the customer side in the region of the state and the carrier side in the other', async () => {
    await writeOrders(delivered);
    await write('olist_customers_state.csv', customerHeader, 'c1,u1,SP');
    const history = await readOne();
    expect(storyOf(history)).toEqual([
      'OrderPlaced us-east-1',
      'PaymentCaptured us-east-1',
      'OrderShipped eu-west-1',
      'OrderDelivered eu-west-1',
    ]);
    expect(history.commands[0]?.data).toMatchObject({ shippingAddress: { city: 'SP', country: 'BR' } });
  });

  it('put customers of other states into the second region', async () => {
    await writeOrders(delivered);
    await write('olist_customers_dataset.csv', customerHeader, 'c1,u1,BA');
    expect((await readOne()).homeRegion).toBe('eu-west-1');
  });

  it('choose a region by hash when there is no customers file, the same every time', async () => {
    await writeOrders(...Array.from({ length: 40 }, (_, i) => delivered.replace('o1,c1', `o${i},c${i}`)));
    const first = (await read()).histories.map(({ homeRegion }) => homeRegion);
    expect((await read()).histories.map(({ homeRegion }) => homeRegion)).toEqual(first);
    expect(new Set(first)).toEqual(new Set(regions));
  });

  it('join equal pieces to one line, with prices in minor units', async () => {
    await writeOrders(delivered);
    const itemsOf = (...prices: readonly string[]) =>
      prices.map((price, i) => `o1,${i + 1},p${price},s1,,${price},1.0`);
    await write('olist_order_items_dataset.csv', itemHeader, ...itemsOf('35.9', '35.9', '541', '0.07'));
    expect((await readOne()).commands[0]?.data['lines']).toEqual([
      { sku: 'p35.9', quantity: 2, unitPrice: 3590 },
      { sku: 'p541', quantity: 1, unitPrice: 54_100 },
      { sku: 'p0.07', quantity: 1, unitPrice: 7 },
    ]);
  });

  it('leave the lines empty where no item was recorded', async () => {
    await writeOrders(delivered);
    expect((await readOne()).commands[0]?.data['lines']).toEqual([]);
  });

  it('capture each payment row at the approval, numbered by us, in the order of their own numbers', async () => {
    await writeOrders(delivered);
    await write('olist_order_payments_dataset.csv', paymentHeader, 'o1,7,voucher,1,0.0', 'o1,2,credit_card,3,12.34');
    const payments = (await readOne()).commands.filter(({ type }) => type === 'PaymentCaptured');
    expect(payments.map(({ data, idempotencyKey }) => [data['amount'], data['reference'], idempotencyKey])).toEqual([
      [1234, 'credit_card/2', 'o1.paid-1'],
      [0, 'voucher/7', 'o1.paid-2'],
    ]);
    expect(new Set(payments.map(({ atMs }) => atMs))).toEqual(new Set([Date.UTC(2018, 0, 1, 11)]));
  });

  it('capture nothing of value where an approval has no payment row', async () => {
    await writeOrders(delivered);
    expect((await readOne()).commands[1]).toMatchObject({ type: 'PaymentCaptured', data: { amount: 0 } });
  });

  it('capture no payment that was never approved', async () => {
    await writeOrders('o1,c1,canceled,2018-01-01 10:00:00,,,,');
    await write('olist_order_payments_dataset.csv', paymentHeader, 'o1,1,boleto,1,10.0');
    expect((await readOne()).commands.map(({ type }) => type)).toEqual(['OrderPlaced', 'OrderCancelled']);
  });

  it('cancel last, without a time of its own', async () => {
    await writeOrders('o1,c1,canceled,2018-01-01 10:00:00,2018-01-01 11:00:00,2018-01-02 10:00:00,,');
    expect((await readOne()).commands.at(-1)).toMatchObject({
      type: 'OrderCancelled',
      occurredAtMs: undefined,
      atMs: Date.UTC(2018, 0, 2, 11),
    });
  });

  it('cancel an unavailable order for want of stock', async () => {
    await writeOrders('o1,c1,unavailable,2018-01-01 10:00:00,2018-01-01 11:00:00,,,');
    expect((await readOne()).commands.at(-1)?.data).toEqual({ reason: 'out_of_stock' });
  });

  it('keep facts where their own times put them, and say that they are late', async () => {
    await writeOrders(
      'o1,c1,shipped,2018-01-01 10:00:00,2018-01-03 10:00:00,2018-01-02 10:00:00,,',
      'o2,c1,shipped,2018-01-01 10:00:00,2018-01-03 10:00:00,2018-01-01 09:00:00,,',
      delivered.replace('o1', 'o3'),
    );
    const { histories } = await read();
    expect(histories.map(({ lateness }) => lateness)).toEqual(['before-predecessor', 'before-placing', 'in-order']);
    expect(histories[1]?.commands.map(({ type }) => type)).toEqual(['OrderShipped', 'OrderPlaced', 'PaymentCaptured']);
  });

  it('make commands that the retail lifecycle takes, each under its own key', async () => {
    const { histories } = await readOlistHistories(excerpt, regions);
    const commands = histories.flatMap((history) => history.commands);
    expect(new Set(commands.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(commands.length);
    for (const { type, kind, data } of commands) {
      const eventType = retail.eventTypes.get(type);
      expect(eventType?.kind).toBe(kind);
      expect(eventType?.versions[0].schema.safeParse(data).success).toBe(true);
    }
  });
});

describe('rows that cannot be played', () => {
  it('are counted with their reason and cost nothing else', async () => {
    await writeOrders(
      delivered,
      delivered,
      delivered.replace('o1', ''),
      delivered.replace('o1', '../x'),
      delivered.replace('o1,c1', 'o2,'),
      delivered.replace('o1', 'o3').replace('2018-01-02 10:00:00', 'yesterday'),
      delivered.replace('o1', 'o4').replace('2018-01-02', '2018-02-30'),
      'o5,c1',
    );
    await write(
      'olist_order_items_dataset.csv',
      itemHeader,
      'o9,1,p,s,,1.0,1.0',
      'o1,1,p,s,,-1,1.0',
      'o1,1,p,s,,1.234,1.0',
    );
    const { histories, refused } = await read();
    expect(histories.map(({ orderId }) => orderId)).toEqual(['o1']);
    expect(refused).toEqual([
      { file: 'olist_orders_dataset.csv', reason: 'order id seen before', rows: 1 },
      { file: 'olist_orders_dataset.csv', reason: 'no order id', rows: 1 },
      { file: 'olist_orders_dataset.csv', reason: 'malformed order id', rows: 1 },
      { file: 'olist_orders_dataset.csv', reason: 'no customer id', rows: 1 },
      { file: 'olist_orders_dataset.csv', reason: 'malformed time', rows: 2 },
      { file: 'olist_orders_dataset.csv', reason: 'no purchase time', rows: 1 },
      { file: 'olist_order_items_dataset.csv', reason: 'no such order', rows: 1 },
      { file: 'olist_order_items_dataset.csv', reason: 'malformed amount', rows: 2 },
    ]);
  });

  it('include bytes that are no CSV at all', async () => {
    await writeOrders(delivered, '"o2,c1,\u0000');
    const { histories, refused } = await read();
    expect(histories.map(({ orderId }) => orderId)).toEqual(['o1']);
    expect(refused).toEqual([{ file: 'olist_orders_dataset.csv', reason: 'not CSV', rows: 1 }]);
  });

  it('do not hide that the folder is missing', async () => {
    await expect(readOlistHistories(join(folder, 'nowhere'), regions)).rejects.toThrow(OlistFolderError);
    await expect(readOlistHistories(join(folder, 'nowhere'), regions)).rejects.toThrow('There is no folder');
  });

  it('do not hide that the order file is missing', async () => {
    await expect(read()).rejects.toThrow('has no olist_orders_dataset.csv');
  });

  it('do not hide that no order is left', async () => {
    await writeOrders('o1,c1,delivered,yesterday,,,,');
    await expect(read()).rejects.toThrow('holds no order that can be played');
  });

  it('do not hide that a column is missing', async () => {
    await write('olist_orders_dataset.csv', 'order_id,customer_id', 'o1,c1');
    await expect(read()).rejects.toThrow('has no column order_purchase_timestamp');
  });
});

describe('the excerpt that comes with Rejoin', () => {
  it('holds 1,000 orders, all of them playable', async () => {
    const { histories, refused } = await readOlistHistories(excerpt, regions);
    expect(histories).toHaveLength(1_000);
    expect(refused).toEqual([]);
    expect(histories.flatMap(({ commands }) => commands)).toHaveLength(4_018);
  });

  it('has as many late facts as real shops have: about 1.4 % of orders', async () => {
    const { histories } = await readOlistHistories(excerpt, regions);
    const late = histories.filter(({ lateness }) => lateness !== 'in-order');
    expect(late).toHaveLength(13);
    expect(late.filter(({ lateness }) => lateness === 'before-placing')).toHaveLength(2);
  });
});
