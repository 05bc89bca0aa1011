/**
 * What the examples of the OpenAPI document are answered with, each of the type that the API answers with.
 */
import { legalMoves } from '../../../domain/decide/legal-moves.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { formatPosition } from '../../../domain/ledger/position.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { OrderState } from '../../ledger/order-state.ts';
import type { OrdersPage } from '../list-orders.ts';
import type { OrderExplanation } from '../order-explanation.ts';
import type { EntriesPage } from '../read-entries.ts';
import type { TotalsAnswer } from '../read-totals.ts';
import type { TrafficAnswer } from '../read-traffic.ts';
import type { FactResult } from '../record-fact-batch.ts';
import type { GroupLegAnswer } from '../take-group.ts';

const shippingAddress = { line1: '12 Harbour Road', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };
export const newAddress = { line1: '3 Mill Lane', city: 'Porto', postalCode: '4000-322', country: 'PT' };
const lines = [{ sku: 'chair-oak', quantity: 2, unitPrice: 4990 }];
export const placed = { customerId: 'customer-7', currency: 'EUR', lines, shippingAddress };
export const otherLines = [{ sku: 'chair-ash', quantity: 2, unitPrice: 4990 }];

export const region = 'us-east-1';
export const orderId = '1001';
export const nothingPaid = { captured: 0, refunded: 0 };
const paid = { captured: 9980, refunded: 0 };
const written = { ...placed, tags: [], points: 0 };
const moved = { ...written, shippingAddress: newAddress };
const noted = { ...moved, note: 'Ring twice', tags: ['gift'] };
const delivered = { ...noted, carrier: 'dhl', trackingId: 'JD014600003RS' };
export const otherOrder = { orderId: '1002', fields: { ...written, lines: otherLines }, money: nothingPaid };

type Known = Pick<OrderState, 'orderId' | 'status' | 'fields' | 'money'> & { readonly seq: number };

export const stateOf = ({ seq, ...known }: Known): OrderState => ({
  ...known,
  provisional: false,
  class: 'none',
  token: `${region}:${seq}`,
  cut: { [region]: seq },
  region,
  legalMoves: legalMoves(retail, known.status),
  cases: [],
  ambiguous: false,
  pending: 0,
});

export const entryAt = (seq: number): FactEntry => ({
  id: `01KDVDNA00M0GZY8KQDZEF4C7${seq}`,
  position: formatPosition({ writer: region, seq }),
});

type FactEntry = GroupLegAnswer['entry'];

const storedAs = (known: Known) => ({ order: stateOf(known), entry: entryAt(known.seq) });

const takenAt = (index: number, seq: number): FactResult => ({
  index,
  status: 201,
  orderId,
  entry: entryAt(seq),
  token: `${region}:${seq}`,
});

const refusedFact: FactResult = {
  index: 1,
  status: 422,
  problem: {
    type: 'urn:rejoin:problem:key-reused',
    title: 'The Idempotency-Key belongs to another command',
    status: 422,
    entryId: entryAt(3).id,
  },
};

const legOf = (known: Known): GroupLegAnswer => ({ ...storedAs(known), token: `${region}:${known.seq}` });

const returning: Known = { orderId, status: 'returning', fields: delivered, money: paid, seq: 8 };

const listed: OrdersPage = {
  orders: [
    {
      orderId,
      status: 'returning',
      provisional: false,
      class: 'none',
      customerId: 'customer-7',
      money: paid,
      currency: placed.currency,
      openCases: 0,
      token: 'us-east-1:8',
      foldedAt: '2026-01-02T00:00:00.000Z',
      region,
    },
  ],
};

const totals: TotalsAnswer = {
  region,
  totals: {
    orders: 3,
    'status.placed': 1,
    'status.paid': 1,
    'status.returning': 1,
    'class.none': 3,
    'entries.us-east-1': 11,
    'money.captured.EUR': 9980,
  },
};

const firstEntry: Entry = {
  stream: 'order/acme/1001',
  ...entryAt(1),
  tenant: 'acme',
  region,
  seq: 1,
  seen: {},
  kind: 'decision',
  source: 'api',
  events: [
    {
      id: entryAt(1).id,
      type: 'OrderPlaced',
      v: 1,
      data: {
        ...placed,
        shippingAddress: {
          sealed: 'v1',
          key: '5070da1d588c2196',
          box: 'Yeuo5Qgjci8GDsIMPFp5n3piGGynPgp5LUyE4VvMizGbVPMC8L-XX9rKiHaRJNPt6Fo62DRcAe5u9GpDi72kVO-YuOnT',
        },
      },
    },
  ],
  idempotencyKey: 'place-1001',
  payloadHash: '5f0771aab5039b9c8a400f23eb75ae073afe77287705c55dd4002174a29856f9',
  actor: 'shop',
  recordedAt: 1_767_225_600_000,
  parents: [],
  hash: '08876ea140016fb8641840c590d8f173d68ed3fa34f879d3698f982c8fadfd81',
};

const firstPage: EntriesPage = { entries: [firstEntry], damaged: [], nextAfter: entryAt(1).position };

export const time = '2026-01-01T00:00:00.000Z';
const step = { kind: 'decision', accepted: true, time } as const;

const explained: OrderExplanation = {
  orderId: '1002',
  region,
  status: 'paid',
  provisional: false,
  class: 'none',
  ambiguous: false,
  approximated: false,
  token: 'us-east-1:2',
  cut: { [region]: 2 },
  history: [
    { ...entryAt(1), ...step, source: 'api', types: ['OrderPlaced'], from: 'none', to: 'placed' },
    { ...entryAt(2), ...step, source: 'reviewer', types: ['ConflictResolved'], from: 'placed', to: 'paid' },
  ],
  rejected: [],
  cases: [],
  merges: [],
  duplicates: [],
  pending: [],
  voided: [],
  damaged: [],
  leftOut: {},
};

const traffic: TrafficAnswer = {
  region,
  periodSeconds: 300,
  periods: [
    { from: '2025-12-31T23:40:00.000Z', answered: 0, failed: 0, appended: 0 },
    { from: '2025-12-31T23:45:00.000Z', answered: 0, failed: 0, appended: 0 },
    { from: '2025-12-31T23:50:00.000Z', answered: 36_411, failed: 2, appended: 29_870 },
  ],
};

export const answers = {
  ownNumber: storedAs({ orderId, status: 'placed', fields: written, money: nothingPaid, seq: 1 }),
  changeAddress: storedAs({ orderId, status: 'placed', fields: moved, money: nothingPaid, seq: 2 }),
  paymentCaptured: storedAs({ orderId, status: 'paid', fields: moved, money: paid, seq: 3 }),
  twoEvents: storedAs({ orderId, status: 'paid', fields: noted, money: paid, seq: 4 }),
  packedAndShipped: { results: [takenAt(0, 5), takenAt(1, 6)] },
  oneRefused: { results: [takenAt(0, 7), refusedFact] },
  exchange: {
    commandId: '01KDVDNA004AD74QJ481KV7ZPC',
    orders: [legOf(returning), legOf({ ...otherOrder, status: 'placed', seq: 1 })],
  },
  resolve: storedAs({ ...otherOrder, status: 'paid', seq: 2 }),
  returning: stateOf(returning),
  byStatus: listed,
  totals,
  firstPage,
  plain: explained,
  traffic,
  ok: { status: 'ok', region },
  start: { openapi: '3.1.1', info: { title: 'Rejoin order API (retail)', version: '0.1.0' } },
};
