/**
 * The keys to what is personal. The fold, the views and whoever else reads the ledger have no part in them.
 *
 * Every customer has keys of their own, a first one from each region that needed one before another's had arrived. What
 * a command says is digested under a secret that all regions share, so that a retry is known for one everywhere, also
 * where the customer's key has not arrived.
 */
import type { SealedValue } from '../ledger/sealed-value.ts';

export interface PersonalData {
  /** For `hashPayload`; the same in every region. Throws LedgerFault. */
  readonly payloadDigest: (tenant: string) => Promise<PayloadDigest>;
  /**
   * Seals under the key `inUse` if that is the customer's and is known here, else under the one that every region which
   * knows the same keys would choose. Under none that is lost: makes one where no other is known. Throws LedgerFault.
   */
  readonly sealer: (customer: Customer, inUse: string | undefined) => Promise<Seal>;
  /** Opens what is sealed under those of `keys` that are the customer's and are known here. Throws LedgerFault. */
  readonly opener: (customer: Customer, keys: readonly string[]) => Promise<Open>;
}

/** A keyed digest of a string's UTF-8 bytes, as 64 hex digits. */
export type PayloadDigest = (text: string) => string;

export interface Customer {
  readonly tenant: string;
  readonly customerId: string;
}

/** A box opens only where it was sealed. The stream names the tenant, too. */
export interface SealedPlace {
  readonly stream: string;
  /** Of the field, or of the property where it writes none. */
  readonly name: string;
}

export type Seal = (place: SealedPlace, value: unknown) => SealedValue;

/** Undefined where the key is not known here or is lost, or this was not sealed at that place. */
export type Open = (place: SealedPlace, sealed: SealedValue) => { readonly value: unknown } | undefined;
