/**
 * What the key ring needs: a place for wrapped keys that replicates with the ledger, and somebody who wraps them.
 *
 * A key is no entry: it can be removed one day, and everything that was sealed under it is then gone, in every region,
 * backup and export at once.
 */
export interface WrappedKey {
  /** Where it was made. */
  readonly region: string;
  /** There: 1, and 2 where the first can never be unwrapped again, and so on. */
  readonly number: number;
  readonly keyId: string;
  /** base64. */
  readonly wrapped: string;
}

export interface CustomerKeyStore {
  /** Those that have arrived in this region, in no order. Throws LedgerFault. */
  readonly list: (partition: string) => Promise<readonly WrappedKey[]>;
  /** A region makes one key of a number for a customer: this one, or the one that it made before. Throws LedgerFault. */
  readonly put: (partition: string, key: WrappedKey) => Promise<WrappedKey>;
}

export interface KeyWrap {
  /** base64. Throws LedgerFault. */
  readonly wrap: (secret: Uint8Array, owner: KeyOwner) => Promise<string>;
  /** Undefined where it cannot be had again by trying, as for another owner. Throws LedgerFault while nobody can say. */
  readonly unwrap: (wrapped: string, owner: KeyOwner) => Promise<Uint8Array | undefined>;
  /** The same in every region, for ever. Throws LedgerFault. */
  readonly payloadSecret: () => Promise<Uint8Array>;
}

export interface KeyOwner {
  readonly tenant: string;
  /** A digest: what stands in a key service's log must not name anybody. */
  readonly customer: string;
}

/** These names ARE the storage format. */
export const partitionOf = ({ tenant, customer }: KeyOwner): string => `customer-key/${tenant}/${customer}`;
