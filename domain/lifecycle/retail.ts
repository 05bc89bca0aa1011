/**
 * The retail lifecycle: an order is placed, paid, packed, shipped, delivered; cancelled, returned, refunded.
 */
import { sealable } from '../ledger/sealed-value.ts';
import { defineLifecycle, type LifecycleDefinition } from './define-lifecycle.ts';
import {
  addressChangedV1,
  addressSchema,
  carrierSchema,
  currencySchema,
  customerIdSchema,
  emptyV1,
  linesSchema,
  loyaltyPointsAdjustedV1,
  moneyMovedV1,
  noteChangedV1,
  noteSchema,
  orderPlacedV1,
  orderShippedV1,
  reasonGivenV1,
  tagV1,
  trackingIdSchema,
} from './retail-events.ts';

/** Also what a team starts from that wants it a little different. */
export const retailDefinition = {
  name: 'retail',
  version: 1,
  statuses: ['placed', 'paid', 'packed', 'shipped', 'delivered', 'cancelled', 'returning', 'returned', 'refunded'],
  fields: {
    customerId: { merge: 'lww', value: customerIdSchema },
    currency: { merge: 'lww', value: currencySchema },
    lines: { merge: 'lww', value: linesSchema },
    shippingAddress: { merge: 'critical', value: sealable(addressSchema), personal: true },
    carrier: { merge: 'lww', value: carrierSchema },
    trackingId: { merge: 'lww', value: trackingIdSchema },
    note: { merge: 'lww', value: sealable(noteSchema), personal: true },
    tags: { merge: 'set' },
    points: { merge: 'counter' },
  },
  customer: 'customerId',
  money: ['captured', 'refunded'],
  resolutionWeight: 16,
  events: {
    OrderPlaced: {
      kind: 'decision',
      transitions: [{ from: ['none'], to: 'placed' }],
      weight: 8,
      versions: [{ schema: orderPlacedV1 }],
      writes: {
        customerId: { set: 'customerId' },
        currency: { set: 'currency' },
        lines: { set: 'lines' },
        shippingAddress: { set: 'shippingAddress' },
      },
    },
    PaymentCaptured: {
      kind: 'fact',
      transitions: [
        { from: ['placed'], to: 'paid' },
        { from: ['paid', 'packed', 'shipped', 'delivered'], to: 'same' },
      ],
      weight: 4,
      versions: [{ schema: moneyMovedV1 }],
      money: { captured: 'amount' },
    },
    OrderPacked: {
      kind: 'fact',
      transitions: [{ from: ['paid'], to: 'packed' }],
      weight: 2,
      versions: [{ schema: emptyV1 }],
    },
    OrderShipped: {
      kind: 'fact',
      transitions: [{ from: ['paid', 'packed'], to: 'shipped' }],
      weight: 8,
      versions: [{ schema: orderShippedV1 }],
      reads: ['shippingAddress'],
      writes: { carrier: { set: 'carrier' }, trackingId: { set: 'trackingId' } },
    },
    OrderDelivered: {
      kind: 'fact',
      transitions: [{ from: ['shipped'], to: 'delivered' }],
      weight: 8,
      versions: [{ schema: emptyV1 }],
    },
    OrderCancelled: {
      kind: 'decision',
      transitions: [{ from: ['placed', 'paid', 'packed'], to: 'cancelled' }],
      weight: 1,
      versions: [{ schema: reasonGivenV1 }],
      personal: ['reason'],
    },
    ReturnRequested: {
      kind: 'decision',
      transitions: [{ from: ['shipped', 'delivered'], to: 'returning' }],
      weight: 1,
      versions: [{ schema: reasonGivenV1 }],
      personal: ['reason'],
    },
    ReturnReceived: {
      kind: 'fact',
      transitions: [{ from: ['returning'], to: 'returned' }],
      weight: 8,
      versions: [{ schema: emptyV1 }],
    },
    RefundIssued: {
      kind: 'fact',
      transitions: [{ from: ['cancelled', 'returned'], to: 'refunded' }],
      weight: 4,
      versions: [{ schema: moneyMovedV1 }],
      money: { refunded: 'amount' },
    },
    AddressChanged: {
      kind: 'decision',
      transitions: [{ from: ['placed', 'paid', 'packed'], to: 'same' }],
      weight: 1,
      versions: [{ schema: addressChangedV1 }],
      writes: { shippingAddress: { set: 'shippingAddress' } },
    },
    NoteChanged: {
      kind: 'decision',
      transitions: [{ from: 'any', to: 'same' }],
      weight: 1,
      versions: [{ schema: noteChangedV1 }],
      writes: { note: { set: 'note' } },
      whenIsolated: 'anywhere',
    },
    TagAdded: {
      kind: 'decision',
      transitions: [{ from: 'any', to: 'same' }],
      weight: 1,
      versions: [{ schema: tagV1 }],
      writes: { tags: { add: 'tag' } },
      whenIsolated: 'anywhere',
    },
    TagRemoved: {
      kind: 'decision',
      transitions: [{ from: 'any', to: 'same' }],
      weight: 1,
      versions: [{ schema: tagV1 }],
      writes: { tags: { remove: 'tag' } },
      whenIsolated: 'anywhere',
    },
    LoyaltyPointsAdjusted: {
      kind: 'decision',
      transitions: [{ from: 'any', to: 'same' }],
      weight: 1,
      versions: [{ schema: loyaltyPointsAdjustedV1 }],
      writes: { points: { increase: 'delta' } },
    },
  },
} as const satisfies LifecycleDefinition;

export const retail = defineLifecycle(retailDefinition);
