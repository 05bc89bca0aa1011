/**
 * The retail lifecycle, row by row as the design tables it: kind, from where to where, weight, what is written and read.
 */
import { describe, expect, it } from 'vitest';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { readEvent } from '../../../domain/lifecycle/upcast.ts';
import {
  address,
  addressChanged,
  cancelled,
  delivered,
  type EventDraft,
  noteChanged,
  packed,
  paid,
  placed,
  points,
  refunded,
  resolved,
  returnReceived,
  returnRequested,
  shipped,
  tagAdded,
  tagRemoved,
} from '../../support/builders/retail-drafts.ts';

interface Row {
  readonly kind: 'decision' | 'fact';
  /** To, by from; every other status makes it illegal. */
  readonly leads: Readonly<Record<string, string>>;
  readonly weight: number;
  readonly sample: EventDraft;
  /** Payloads that no region may append. */
  readonly refused: readonly Readonly<Record<string, unknown>>[];
}

const statuses = [
  'none',
  'placed',
  'paid',
  'packed',
  'shipped',
  'delivered',
  'cancelled',
  'returning',
  'returned',
  'refunded',
];
const stays = (...from: readonly string[]) => Object.fromEntries(from.map((status) => [status, status]));
const anywhere = stays(...statuses);

const rows: Readonly<Record<string, Row>> = {
  OrderPlaced: {
    kind: 'decision',
    leads: { none: 'placed' },
    weight: 8,
    sample: placed(),
    refused: [
      {},
      { ...placed().data, shippingAddress: { city: 'Recife' } },
      { ...placed().data, currency: 'reais' },
      { ...placed().data, lines: [{ sku: 'chair', quantity: 0, unitPrice: 1 }] },
      { ...placed().data, lines: [{ sku: 'chair', quantity: 1, unitPrice: 0.5 }] },
    ],
  },
  PaymentCaptured: {
    kind: 'fact',
    leads: { placed: 'paid', ...stays('paid', 'packed', 'shipped', 'delivered') },
    weight: 4,
    sample: paid(),
    refused: [{}, { amount: -1 }, { amount: 0.5 }, { amount: '100' }, { amount: Number.NaN }],
  },
  OrderPacked: { kind: 'fact', leads: { paid: 'packed' }, weight: 2, sample: packed(), refused: [{ by: 'me' }] },
  OrderShipped: {
    kind: 'fact',
    leads: { paid: 'shipped', packed: 'shipped' },
    weight: 8,
    sample: shipped('tracking-1'),
    refused: [{ carrier: '' }, { trackingId: 7 }],
  },
  OrderDelivered: {
    kind: 'fact',
    leads: { shipped: 'delivered' },
    weight: 8,
    sample: delivered(),
    refused: [{ at: 1 }],
  },
  OrderCancelled: {
    kind: 'decision',
    leads: { placed: 'cancelled', paid: 'cancelled', packed: 'cancelled' },
    weight: 1,
    sample: cancelled(),
    refused: [{ reason: 'x'.repeat(501) }],
  },
  ReturnRequested: {
    kind: 'decision',
    leads: { shipped: 'returning', delivered: 'returning' },
    weight: 1,
    sample: returnRequested(),
    refused: [{ reason: 7 }],
  },
  ReturnReceived: {
    kind: 'fact',
    leads: { returning: 'returned' },
    weight: 8,
    sample: returnReceived(),
    refused: [{ a: 1 }],
  },
  RefundIssued: {
    kind: 'fact',
    leads: { cancelled: 'refunded', returned: 'refunded' },
    weight: 4,
    sample: refunded(),
    refused: [{}, { amount: -1 }],
  },
  AddressChanged: {
    kind: 'decision',
    leads: stays('placed', 'paid', 'packed'),
    weight: 1,
    sample: addressChanged('Olinda'),
    refused: [{}, { shippingAddress: { ...address('Olinda'), country: 'Brazil' } }],
  },
  NoteChanged: {
    kind: 'decision',
    leads: anywhere,
    weight: 1,
    sample: noteChanged('ring twice'),
    refused: [{}, { note: 'x'.repeat(2001) }],
  },
  TagAdded: { kind: 'decision', leads: anywhere, weight: 1, sample: tagAdded('gift'), refused: [{}, { tag: '' }] },
  TagRemoved: { kind: 'decision', leads: anywhere, weight: 1, sample: tagRemoved('gift'), refused: [{}, { tag: '' }] },
  LoyaltyPointsAdjusted: {
    kind: 'decision',
    leads: anywhere,
    weight: 1,
    sample: points(-5),
    refused: [{}, { delta: 0.5 }, { delta: 2 ** 53 }],
  },
  ConflictResolved: {
    kind: 'decision',
    leads: anywhere,
    weight: 16,
    sample: resolved({ status: 'cancelled', fields: { note: 'decided' } }),
    refused: [{}, { cases: ['x'], reason: 'r' }, { cases: [], reason: '' }, { cases: [] }],
  },
};

describe('the retail lifecycle', () => {
  it('has the events of the table and no other', () => {
    expect([...retail.eventTypes.keys()].sort()).toEqual(Object.keys(rows).sort());
  });

  it('has the statuses of the table', () => {
    expect(retail.statuses).toEqual(statuses);
  });

  describe.each(Object.entries(rows))('%s', (name, row) => {
    const eventType = retail.eventTypes.get(name);
    const read = (data: EventDraft['data']) => readEvent(retail, { ...row.sample, data: { ...data } });

    it('has its kind and weight', () => {
      expect([eventType?.kind, eventType?.weight]).toEqual([row.kind, row.weight]);
    });

    it('leads from each status where the table says', () => {
      const leads = statuses.flatMap((from, i) => {
        const to = statuses[eventType?.next[i] ?? -1];
        return to === undefined ? [] : [[from, to]];
      });
      expect(Object.fromEntries(leads)).toEqual(row.leads);
    });

    it('reads a payload of the table', () => {
      expect(read(row.sample.data)).toMatchObject({ kind: 'event', data: row.sample.data });
    });

    it('voids payloads with unknown keys or values out of range', () => {
      for (const data of [{ ...row.sample.data, unheardOf: 1 }, ...row.refused])
        expect(read(data)).toMatchObject({ kind: 'void', reason: expect.stringContaining(`invalid ${name}`) });
    });
  });

  it('counts captured and refunded money', () => {
    expect(retail.money).toEqual(['captured', 'refunded']);
    expect(retail.eventTypes.get('PaymentCaptured')?.money).toEqual({ captured: 'amount' });
    expect(retail.eventTypes.get('RefundIssued')?.money).toEqual({ refunded: 'amount' });
  });

  it('merges each field by its rule', () => {
    const rules = Object.entries(retail.fields).map(([field, { merge }]) => [field, merge]);
    expect(Object.fromEntries(rules)).toMatchObject({
      shippingAddress: 'critical',
      note: 'lww',
      tags: 'set',
      points: 'counter',
    });
  });

  it('reads the shipping address when the parcel leaves', () => {
    const readers = [...retail.eventTypes.values()].filter(({ reads }) => reads?.includes('shippingAddress'));
    expect(readers.map(({ name }) => name)).toEqual(['OrderShipped']);
  });
});
