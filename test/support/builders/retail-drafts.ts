/**
 * Short names for the events of the retail lifecycle, with payloads that its schemas accept, so that a test reads as
 * the story of an order. Each draft knows who usually reports it.
 */
import type { ResolutionPayload } from '../../../domain/lifecycle/resolution-events.ts';

/** An event before it has an id. */
export interface EventDraft {
  readonly type: string;
  readonly v: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** Who reports it when the test says nothing. */
  readonly source: string;
}

export const draft = (source: string, type: string, data: EventDraft['data'] = {}): EventDraft => ({
  type,
  v: 1,
  data,
  source,
});

export const address = (city: string) => ({ line1: '1 High Street', city, country: 'BR' });

export const placed = (city = 'Recife'): EventDraft =>
  draft('api', 'OrderPlaced', {
    customerId: 'customer-1',
    currency: 'BRL',
    lines: [{ sku: 'chair', quantity: 2, unitPrice: 4990 }],
    shippingAddress: address(city),
  });
export const paid = (amount = 9980): EventDraft => draft('psp', 'PaymentCaptured', { amount });
export const packed = (): EventDraft => draft('warehouse', 'OrderPacked');
export const shipped = (trackingId?: string): EventDraft =>
  draft('carrier', 'OrderShipped', trackingId === undefined ? {} : { trackingId });
export const delivered = (): EventDraft => draft('carrier', 'OrderDelivered');
export const cancelled = (): EventDraft => draft('api', 'OrderCancelled');
export const returnRequested = (): EventDraft => draft('api', 'ReturnRequested');
export const returnReceived = (): EventDraft => draft('warehouse', 'ReturnReceived');
export const refunded = (amount = 9980): EventDraft => draft('psp', 'RefundIssued', { amount });
export const addressChanged = (city: string): EventDraft =>
  draft('api', 'AddressChanged', { shippingAddress: address(city) });
export const noteChanged = (note: string): EventDraft => draft('api', 'NoteChanged', { note });
export const tagAdded = (tag: string): EventDraft => draft('api', 'TagAdded', { tag });
export const tagRemoved = (tag: string): EventDraft => draft('api', 'TagRemoved', { tag });
export const points = (delta: number): EventDraft => draft('api', 'LoyaltyPointsAdjusted', { delta });

export const resolved = ({ cases = [], reason = 'decided', ...chosen }: Partial<ResolutionPayload> = {}): EventDraft =>
  draft('reviewer', 'ConflictResolved', { cases, reason, ...chosen });
