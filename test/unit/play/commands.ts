/** Commands and histories for tests of the play, short enough to read as a story. */
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { OrderHistory, TimedCommand } from '../../../infra/world/play/timed-command.ts';

export const home = 'us-east-1';
export const away = 'eu-west-1';
export const regions = [home, away] as const;

const dataOf: Readonly<Record<string, TimedCommand['data']>> = {
  OrderPlaced: {
    customerId: 'c1',
    currency: 'BRL',
    lines: [{ sku: 'chair', quantity: 2, unitPrice: 4990 }],
    shippingAddress: { line1: 'Rua 1', city: 'SP', country: 'BR' },
  },
  PaymentCaptured: { amount: 9980 },
  AddressChanged: { shippingAddress: { line1: 'Rua Nova 1', city: 'SP', country: 'BR' } },
  NoteChanged: { note: 'please ring twice' },
  OrderCancelled: { reason: 'changed my mind' },
};

/** At that hour of the histories' clock. */
export const command = (
  type: string,
  region: string,
  hour: number,
  given: Partial<TimedCommand> = {},
): TimedCommand => {
  const orderId = given.orderId ?? 'o1';
  return {
    orderId,
    region,
    atMs: Date.UTC(2018, 0, 1, hour),
    occurredAtMs: Date.UTC(2018, 0, 1, hour),
    origin: 'real',
    kind: retail.eventTypes.get(type)?.kind ?? 'decision',
    source: 'api',
    type,
    data: dataOf[type] ?? {},
    idempotencyKey: `${orderId}.${type}`,
    ...given,
  };
};

/** Placed, paid, shipped and delivered, a step every `stepHours`. */
export const deliveredOrder = (orderId: string, startHour: number, stepHours = 10): OrderHistory => ({
  orderId,
  homeRegion: home,
  lateness: 'in-order',
  commands: [
    command('OrderPlaced', home, startHour, { orderId }),
    command('PaymentCaptured', home, startHour + stepHours, { orderId, source: 'psp' }),
    command('OrderShipped', away, startHour + 2 * stepHours, { orderId, source: 'carrier' }),
    command('OrderDelivered', away, startHour + 3 * stepHours, { orderId, source: 'carrier' }),
  ],
});
