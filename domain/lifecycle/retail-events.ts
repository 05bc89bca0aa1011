/**
 * The payloads of the retail lifecycle.
 *
 * These type names, versions and properties ARE the storage format: an order written today is read in ten years. Never
 * change one in place; add a version with an upcast. Money is in integer minor units. Unknown keys are refused. What is
 * personal stands sealed in new entries, and plain in those from before that was so.
 */
import * as z from 'zod';
import { sealable } from '../ledger/sealed-value.ts';

const text = (max: number) => z.string().min(1).max(max);
const minorUnits = z.int().min(0).max(1_000_000_000_000);

export const addressSchema = z.strictObject({
  line1: text(200),
  line2: text(200).optional(),
  city: text(100),
  postalCode: text(20).optional(),
  /** ISO 3166-1 alpha-2. */
  country: z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters'),
});

export const orderLineSchema = z.strictObject({
  sku: text(64),
  quantity: z.int().min(1).max(1_000_000),
  unitPrice: minorUnits,
});

export const noteSchema = z.string().max(2000);
export const customerIdSchema = text(64);
/** ISO 4217. */
export const currencySchema = z.string().regex(/^[A-Z]{3}$/, 'must be three capital letters');
export const linesSchema = z.array(orderLineSchema).max(500);
export const carrierSchema = text(64);
export const trackingIdSchema = text(128);
const tag = text(64);

export const orderPlacedV1 = z.strictObject({
  customerId: customerIdSchema,
  currency: currencySchema,
  /** May be empty: real shops have orders whose items were never recorded. */
  lines: linesSchema,
  shippingAddress: sealable(addressSchema),
});
export const moneyMovedV1 = z.strictObject({ amount: minorUnits, reference: text(128).optional() });
export const emptyV1 = z.strictObject({});
export const orderShippedV1 = z.strictObject({
  carrier: carrierSchema.optional(),
  trackingId: trackingIdSchema.optional(),
});
export const reasonGivenV1 = z.strictObject({ reason: sealable(z.string().max(500)).optional() });
export const addressChangedV1 = z.strictObject({ shippingAddress: sealable(addressSchema) });
export const noteChangedV1 = z.strictObject({ note: sealable(noteSchema) });
export const tagV1 = z.strictObject({ tag });
export const loyaltyPointsAdjustedV1 = z.strictObject({ delta: z.int().min(-1_000_000_000).max(1_000_000_000) });
