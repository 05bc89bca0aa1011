/**
 * The id of an order that has no number of its caller's own: it follows from tenant and idempotency key.
 *
 * So a retry lands in the same stream whichever region it goes to, also while the regions cannot see each other, and the
 * fold finds it a repetition.
 */
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import type { Sha256 } from '../../domain/ports/digest.ts';

export const deriveOrderId = (
  { tenant, idempotencyKey }: { readonly tenant: string; readonly idempotencyKey: string },
  sha256: Sha256,
): string => sha256(canonicalJson(['order', tenant, idempotencyKey])).slice(0, derivedIdDigits);

/** 128 bits: no two keys meet. */
const derivedIdDigits = 32;
