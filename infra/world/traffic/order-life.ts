/**
 * What happens to one order of the traffic: placed and paid, then led through the rest of its life, step by step as the
 * retail lifecycle has it, with what customers think of on the way. Nobody who reads it from outside has a part in it: it
 * is chance alone, and every step is legal after the ones before.
 */
import type { Random } from '../../../domain/ports/clock.ts';
import type { OrderCommand } from '../play/timed-command.ts';

export interface OrderLife {
  readonly placed: OrderStep;
  readonly paid: OrderStep;
  /** In order. */
  readonly rest: readonly OrderStep[];
  /** In minor units. */
  readonly amount: number;
}

export interface OrderStep extends Pick<OrderCommand, 'kind' | 'source' | 'type' | 'data'> {
  /** The carrier's systems may be nearer to another region than the customer is. */
  readonly isElsewhere?: boolean;
}

export const planOrderLife = (random: Random): OrderLife => {
  const lines = Array.from({ length: 1 + below(random, 3) }, () => pick(random, articles)).map((article) => ({
    ...article,
    quantity: 1 + below(random, 2),
  }));
  const amount = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  return {
    amount,
    placed: decision('OrderPlaced', {
      customerId: `customer-${1 + below(random, customers)}`,
      currency: 'EUR',
      lines,
      shippingAddress: someAddress(random),
    }),
    paid: fact('psp', 'PaymentCaptured', { amount }),
    rest: [...thoughtsOf(random), ...endOf(random, amount)],
  };
};

/** What the customer thinks of while nothing has left. */
const thoughtsOf = (random: Random): readonly OrderStep[] => {
  const draw = random();
  if (draw < 0.1) return [changeAddress(random)];
  if (draw < 0.25) return [changeNote(random)];
  if (draw < 0.4) return [addTag(random)];
  return [];
};

const endOf = (random: Random, amount: number): readonly OrderStep[] => {
  const draw = random();
  if (draw < 0.07) return cancelAndRefund(amount);
  const packed = random() < 0.6 ? [pack()] : [];
  if (draw < 0.12) return [...packed, ship(), deliver(), ...returnAndRefund(amount)];
  const isElsewhere = random() < 0.3;
  return [...packed, { ...ship(), isElsewhere }, { ...deliver(), isElsewhere }];
};

export const decision = (type: string, data: OrderStep['data'] = {}): OrderStep => ({
  kind: 'decision',
  source: 'api',
  type,
  data,
});

export const fact = (source: OrderStep['source'], type: string, data: OrderStep['data'] = {}): OrderStep => ({
  kind: 'fact',
  source,
  type,
  data,
});

export const pack = (): OrderStep => fact('warehouse', 'OrderPacked');
export const ship = (): OrderStep => fact('carrier', 'OrderShipped');
export const deliver = (): OrderStep => fact('carrier', 'OrderDelivered');
export const changeAddress = (random: Random): OrderStep =>
  decision('AddressChanged', { shippingAddress: someAddress(random) });
export const changeNote = (random: Random): OrderStep => decision('NoteChanged', { note: pick(random, notes) });
export const addTag = (random: Random): OrderStep => decision('TagAdded', { tag: pick(random, tags) });
export const cancelAndRefund = (amount: number): readonly OrderStep[] => [
  decision('OrderCancelled', { reason: 'changed my mind' }),
  fact('psp', 'RefundIssued', { amount }),
];
const returnAndRefund = (amount: number): readonly OrderStep[] => [
  decision('ReturnRequested', { reason: 'does not fit' }),
  fact('warehouse', 'ReturnReceived'),
  fact('psp', 'RefundIssued', { amount }),
];

const someAddress = (random: Random) => ({
  line1: `${1 + below(random, 200)} ${pick(random, streets)}`,
  ...pick(random, cities),
});

const below = (random: Random, max: number): number => Math.floor(random() * max);

const pick = <Values extends readonly [unknown, ...unknown[]]>(random: Random, values: Values): Values[number] =>
  values[below(random, values.length)] ?? values[0];

/** So few that most have ordered before: a customer's first order costs a key more. */
const customers = 200;
const articles = [
  { sku: 'chair', unitPrice: 4_990 },
  { sku: 'table', unitPrice: 18_900 },
  { sku: 'lamp', unitPrice: 2_450 },
  { sku: 'shelf', unitPrice: 7_900 },
  { sku: 'cushion', unitPrice: 1_290 },
] as const;
const notes = ['please ring twice', 'leave it with the neighbours', 'not before noon', 'it is a present'] as const;
const tags = ['gift', 'express', 'fragile', 'loyal-customer'] as const;
const streets = ['High Street', 'Station Road', 'Harbour Lane', 'Mill Street'] as const;
const cities = [
  { city: 'Dublin', country: 'IE' },
  { city: 'Lisbon', country: 'PT' },
  { city: 'Hamburg', country: 'DE' },
  { city: 'Boston', country: 'US' },
] as const;
