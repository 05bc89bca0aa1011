/**
 * Reads a folder in Olist's format: rows that can be trusted, and a count of those that cannot.
 *
 * Somebody else's export is untrusted input. A bad row costs that row, never the run; only a missing folder, a missing
 * order file, a missing column or an empty file stops us, with a message that says what to do. Files are streamed, and only rows of the
 * orders that were kept stay in memory.
 */
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse';
import { namePattern } from '../../../domain/ledger/stream-name.ts';

export interface OlistOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly status: string;
  readonly purchasedAtMs: number;
  readonly approvedAtMs: number | undefined;
  readonly shippedAtMs: number | undefined;
  readonly deliveredAtMs: number | undefined;
}

export interface OlistItem {
  readonly productId: string;
  readonly priceMinor: number;
}

export interface OlistPayment {
  readonly sequential: number;
  readonly type: string;
  readonly amountMinor: number;
}

export interface RefusedRows {
  readonly file: string;
  readonly reason: string;
  readonly rows: number;
}

export interface OlistFolder {
  readonly orders: readonly OlistOrder[];
  readonly itemsByOrderId: ReadonlyMap<string, readonly OlistItem[]>;
  /** Undefined when the folder has no payments file. */
  readonly paymentsByOrderId: ReadonlyMap<string, readonly OlistPayment[]> | undefined;
  /** Undefined when the folder has no customers file. */
  readonly stateByCustomerId: ReadonlyMap<string, string> | undefined;
  readonly refused: readonly RefusedRows[];
}

/** The folder cannot be played at all; the message is for the person who named it. */
export class OlistFolderError extends Error {
  readonly code = 'olist-folder-unreadable';
}

/** Orders of one play. All of Olist is 99,441; past this a run would take hours and gigabytes. */
export const ordersMax = 20_000;

export const readOlistFolder = async (folder: string): Promise<OlistFolder> => {
  const ordersPath = join(folder, orderFile);
  if (!(await isReadable(folder))) throw new OlistFolderError(`There is no folder ${folder}.`);
  if (!(await isReadable(ordersPath)))
    throw new OlistFolderError(
      `${folder} has no ${orderFile}; that file is what makes a folder one in Olist's format.`,
    );
  const refusals = createRefusals();
  const orders = await readOrders(ordersPath, refusals);
  if (orders.size === 0) throw new OlistFolderError(`${ordersPath} holds no order that can be played.`);
  const isKnownOrder = (orderId: string) => orders.has(orderId);
  const customerIds = new Set([...orders.values()].map(({ customerId }) => customerId));
  return {
    orders: [...orders.values()],
    itemsByOrderId: (await readItems(folder, isKnownOrder, refusals)) ?? new Map(),
    paymentsByOrderId: await readPayments(folder, isKnownOrder, refusals),
    stateByCustomerId: await readCustomers(folder, (id) => customerIds.has(id), refusals),
    refused: refusals.all(),
  };
};

const readOrders = async (path: string, refusals: Refusals): Promise<Map<string, OlistOrder>> => {
  const orders = new Map<string, OlistOrder>();
  for await (const row of readRows(path, ['order_id', 'customer_id', 'order_purchase_timestamp'], refusals)) {
    const order = parseOrder(row);
    if (typeof order === 'string') refusals.add(orderFile, order);
    else if (orders.has(order.orderId)) refusals.add(orderFile, 'order id seen before');
    else if (orders.size >= ordersMax) refusals.add(orderFile, `beyond the first ${ordersMax} orders`);
    else orders.set(order.orderId, order);
  }
  return orders;
};

/** The order, or why there is none. */
const parseOrder = (row: Row): OlistOrder | string => {
  const orderId = row['order_id'] ?? '';
  const customerId = row['customer_id'] ?? '';
  if (!orderId) return 'no order id';
  if (!namePattern.test(orderId)) return 'malformed order id';
  if (!customerId) return 'no customer id';
  if (!namePattern.test(customerId)) return 'malformed customer id';
  const purchasedAtMs = parseTimestamp(row['order_purchase_timestamp']);
  if (purchasedAtMs === undefined) return 'no purchase time';
  const [approvedAtMs, shippedAtMs, deliveredAtMs] = laterColumns.map((column) => parseTimestamp(row[column]));
  if ([purchasedAtMs, approvedAtMs, shippedAtMs, deliveredAtMs].some(Number.isNaN)) return 'malformed time';
  const status = row['order_status'] ?? '';
  return { orderId, customerId, status, purchasedAtMs, approvedAtMs, shippedAtMs, deliveredAtMs };
};

const laterColumns = ['order_approved_at', 'order_delivered_carrier_date', 'order_delivered_customer_date'] as const;

const readItems = (folder: string, isKnownOrder: (orderId: string) => boolean, refusals: Refusals) =>
  readGrouped(folder, itemFile, ['order_id', 'product_id', 'price'], refusals, (row): Grouped<OlistItem> => {
    const [orderId = '', productId = ''] = [row['order_id'], row['product_id']];
    if (!isKnownOrder(orderId)) return 'no such order';
    if (!namePattern.test(productId)) return 'malformed product id';
    const priceMinor = parseMoney(row['price']);
    return priceMinor === undefined ? 'malformed amount' : { key: orderId, value: { productId, priceMinor } };
  });

const readPayments = (folder: string, isKnownOrder: (orderId: string) => boolean, refusals: Refusals) =>
  readGrouped(folder, paymentFile, ['order_id', 'payment_value'], refusals, (row): Grouped<OlistPayment> => {
    const orderId = row['order_id'] ?? '';
    if (!isKnownOrder(orderId)) return 'no such order';
    const amountMinor = parseMoney(row['payment_value']);
    if (amountMinor === undefined) return 'malformed amount';
    const type = /^[a-z_]{1,32}$/.test(row['payment_type'] ?? '') ? (row['payment_type'] as string) : 'not_defined';
    const sequential = Number.parseInt(row['payment_sequential'] ?? '', 10) || 0;
    return { key: orderId, value: { sequential, type, amountMinor } };
  });

const readCustomers = async (folder: string, isKnown: (customerId: string) => boolean, refusals: Refusals) => {
  for (const file of customerFiles) {
    const states = await readGrouped(
      folder,
      file,
      ['customer_id', 'customer_state'],
      refusals,
      (row): Grouped<string> => {
        const [customerId = '', state = ''] = [row['customer_id'], row['customer_state']];
        if (!isKnown(customerId)) return 'no such customer';
        return /^[A-Z]{2}$/.test(state) ? { key: customerId, value: state } : 'malformed state';
      },
    );
    if (states) return new Map([...states].map(([customerId, [state]]) => [customerId, state as string]));
  }
  return undefined;
};

const readGrouped = async <Value>(
  folder: string,
  file: string,
  columns: readonly string[],
  refusals: Refusals,
  parseRow: (row: Row) => Grouped<Value>,
): Promise<Map<string, Value[]> | undefined> => {
  const path = join(folder, file);
  if (!(await isReadable(path))) return undefined;
  const groups = new Map<string, Value[]>();
  for await (const row of readRows(path, columns, refusals)) {
    const parsed = parseRow(row);
    if (typeof parsed === 'string') refusals.add(file, parsed);
    else {
      const group = groups.get(parsed.key);
      if (group) group.push(parsed.value);
      else groups.set(parsed.key, [parsed.value]);
    }
  }
  return groups;
};

async function* readRows(path: string, columns: readonly string[], refusals: Refusals): AsyncIterable<Row> {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const parser = parse({
    bom: true,
    columns: (header: string[]) => {
      const missing = columns.filter((column) => !header.includes(column));
      if (missing.length > 0) throw new OlistFolderError(`${path} has no column ${missing.join(', ')}.`);
      return header;
    },
    max_record_size: rowCharactersMax,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    on_skip: () => void refusals.add(file, 'not CSV'),
    skip_records_with_error: true,
    trim: true,
  });
  const source = createReadStream(path);
  source.on('error', (error) => parser.destroy(error));
  for await (const row of source.pipe(parser)) yield row as Row;
}

/** Times are local, without a zone, to the second; read as UTC, since no zone is known. NaN when it is not a time. */
const parseTimestamp = (text: string | undefined): number | undefined => {
  if (!text) return undefined;
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})$/.exec(text);
  const ms = match ? Date.parse(`${match[1]}T${match[2]}Z`) : Number.NaN;
  const isSameDay = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(match?.[1] ?? '?');
  return isSameDay && ms >= 0 ? ms : Number.NaN;
};

/** Digits are moved, not multiplied: 35.9 is 3590 and never 3589.9999. */
const parseMoney = (text: string | undefined): number | undefined => {
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text ?? '');
  return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : undefined;
};

interface Refusals {
  readonly add: (file: string, reason: string) => void;
  readonly all: () => readonly RefusedRows[];
}

const createRefusals = (): Refusals => {
  const counts = new Map<string, RefusedRows>();
  return {
    add: (file, reason) => {
      const key = `${file}: ${reason}`;
      counts.set(key, { file, reason, rows: (counts.get(key)?.rows ?? 0) + 1 });
    },
    all: () => [...counts.values()],
  };
};

const isReadable = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

type Row = Readonly<Record<string, string | undefined>>;
/** The value and whose it is, or why there is none. */
type Grouped<Value> = { readonly key: string; readonly value: Value } | string;

const orderFile = 'olist_orders_dataset.csv';
const itemFile = 'olist_order_items_dataset.csv';
const paymentFile = 'olist_order_payments_dataset.csv';
/** Olist's own name, and that of the cut-down file. */
const customerFiles = ['olist_customers_dataset.csv', 'olist_customers_state.csv'] as const;
/** A row of Olist has at most some 200 characters. */
const rowCharactersMax = 65_536;
