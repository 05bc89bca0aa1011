/**
 * Turns Olist's rows into order histories: what the shop, the payment provider and the carrier would have sent to an
 * order API that has two regions, and when.
 *
 * The data was not written for us, so each gap gets a rule. A payment row has no time of its own: the order's approval
 * is when it was captured; without an approval nothing was. An approval without a payment row captures 0, for an amount
 * that nobody recorded is not ours to invent. A cancellation has no time: it comes last, an hour after all else, and says
 * no time. An unavailable order was cancelled for want of stock. Payments are numbered by us, since theirs have gaps.
 * Customers of São Paulo and Rio write in the first region, the rest in the second; the carrier writes in the other.
 */
import { createHash } from 'node:crypto';
import { type OlistFolder, type OlistOrder, type RefusedRows, readOlistFolder } from './olist-files.ts';
import { type Lateness, type OrderHistory, otherRegion, type RegionPair, type TimedCommand } from './timed-command.ts';

export interface OlistHistories {
  readonly histories: readonly OrderHistory[];
  readonly refused: readonly RefusedRows[];
}

/** Throws OlistFolderError when the folder cannot be played. */
export const readOlistHistories = async (folder: string, regions: RegionPair): Promise<OlistHistories> => {
  const rows = await readOlistFolder(folder);
  return { histories: rows.orders.map((order) => orderToHistory(order, rows, regions)), refused: rows.refused };
};

export const orderToHistory = (order: OlistOrder, rows: OlistFolder, regions: RegionPair): OrderHistory => {
  const state = rows.stateByCustomerId?.get(order.customerId);
  const homeRegion = regionOf(order.customerId, state, regions);
  const sender = createSender(order.orderId, homeRegion, otherRegion(regions, homeRegion));
  const commands = [
    sender.customer('placed', 'OrderPlaced', order.purchasedAtMs, {
      customerId: order.customerId,
      currency: 'BRL',
      lines: orderLines(order, rows),
      shippingAddress: { line1: 'Not recorded', city: state ?? 'unknown', country: 'BR' },
    }),
    ...capturedPayments(order, rows).map((payment, index) =>
      sender.psp(`paid-${index + 1}`, 'PaymentCaptured', order.approvedAtMs, payment),
    ),
    ...(order.shippedAtMs === undefined ? [] : [sender.carrier('shipped', 'OrderShipped', order.shippedAtMs, {})]),
    ...(order.deliveredAtMs === undefined
      ? []
      : [sender.carrier('delivered', 'OrderDelivered', order.deliveredAtMs, {})]),
  ].sort((left, right) => left.atMs - right.atMs);
  const lastAtMs = commands[commands.length - 1]?.atMs ?? order.purchasedAtMs;
  const reason = cancelReasonByStatus.get(order.status);
  if (reason !== undefined)
    commands.push({
      ...sender.customer('cancelled', 'OrderCancelled', lastAtMs + cancelDelayMs, { reason }),
      occurredAtMs: undefined,
    });
  return { orderId: order.orderId, homeRegion, lateness: latenessOf(commands), commands };
};

const regionOf = (customerId: string, state: string | undefined, [first, second]: RegionPair): string => {
  const isFirst = state === undefined ? hashByte(customerId) % 2 === 0 : firstRegionStates.has(state);
  return isFirst ? first : second;
};

const hashByte = (text: string): number => createHash('sha256').update(text).digest().readUInt8(0);

const createSender = (orderId: string, homeRegion: string, carrierRegion: string) => {
  const send =
    (region: string, kind: TimedCommand['kind'], source: TimedCommand['source']) =>
    (name: string, type: string, atMs: number | undefined, data: Readonly<Record<string, unknown>>): TimedCommand => ({
      orderId,
      region,
      atMs: atMs ?? 0,
      occurredAtMs: atMs,
      origin: 'real',
      kind,
      source,
      type,
      data,
      idempotencyKey: `${orderId}.${name}`,
    });
  return {
    customer: send(homeRegion, 'decision', 'api'),
    /** Its callback goes where the order was placed: paid follows placed by minutes. */
    psp: send(homeRegion, 'fact', 'psp'),
    carrier: send(carrierRegion, 'fact', 'carrier'),
  };
};

/** Equal product and price is one line: a row of Olist is one piece. */
const orderLines = (order: OlistOrder, rows: OlistFolder) => {
  const lines = new Map<string, { sku: string; quantity: number; unitPrice: number }>();
  for (const { productId, priceMinor } of rows.itemsByOrderId.get(order.orderId) ?? []) {
    const key = `${productId}/${priceMinor}`;
    const line = lines.get(key) ?? { sku: productId, quantity: 0, unitPrice: priceMinor };
    lines.set(key, { ...line, quantity: line.quantity + 1 });
  }
  return [...lines.values()].slice(0, linesMax);
};

const capturedPayments = (order: OlistOrder, rows: OlistFolder) => {
  if (order.approvedAtMs === undefined) return [];
  const payments = rows.paymentsByOrderId?.get(order.orderId) ?? [];
  if (payments.length === 0) return [{ amount: 0, reference: 'amount-not-recorded' }];
  return [...payments]
    .sort((left, right) => left.sequential - right.sequential)
    .map(({ amountMinor, type, sequential }) => ({ amount: amountMinor, reference: `${type}/${sequential}` }));
};

/** Commands are in the order of their times; a fact is late when an earlier stage comes after it. */
const latenessOf = (commands: readonly TimedCommand[]): Lateness => {
  const reached = commands.map(({ type }) => stages.indexOf(type)).filter((stage) => stage >= 0);
  if (reached[0] !== 0) return 'before-placing';
  const isSorted = reached.every((stage, index) => stage >= (reached[index - 1] ?? 0));
  return isSorted ? 'in-order' : 'before-predecessor';
};

const stages = ['OrderPlaced', 'PaymentCaptured', 'OrderShipped', 'OrderDelivered'];
const firstRegionStates = new Set(['SP', 'RJ']);
const cancelReasonByStatus = new Map([
  ['canceled', 'canceled'],
  ['unavailable', 'out_of_stock'],
]);
const cancelDelayMs = 60 * 60 * 1000;
/** What the retail lifecycle takes; no order of Olist has more than 21. */
const linesMax = 500;
