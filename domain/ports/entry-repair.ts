/**
 * The one way around the ledger's rule that nothing in it is ever changed: putting back what somebody else changed or
 * removed in place. Whoever restores has looked first, and loses if anything has moved since.
 */
import type { Entry } from '../ledger/entry.ts';

/** An item as it was kept or as it stands: an entry only if it is, byte for byte, the one that was hashed. */
export type VerifiedImage =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'damaged'; readonly reason: string };

/** What stands at a position. `receipt` is the store's own: exactly what was read. */
export type StandingItem = ({ readonly kind: 'missing' } | VerifiedImage) & { readonly receipt: unknown };

/** `changed`: not done, something else stands there now. Look again. */
export type Restored = 'restored' | 'changed';

/** All throw LedgerFault. */
export interface EntryRepair {
  /** Strongly consistent. */
  look(stream: string, position: string): Promise<StandingItem>;
  /** Puts the entry over exactly what was looked at. An unknown outcome is settled by looking again. */
  restore(entry: Entry, over: StandingItem): Promise<Restored>;
  /** Whether an image that somebody kept is an entry of the stream. Asks nobody. */
  verify(stream: string, image: unknown): VerifiedImage;
}
