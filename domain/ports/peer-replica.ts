/**
 * Another region's replica of the ledger, for one question: whether an entry has arrived there. Only for writers that want
 * to know; nothing that the ledger promises depends on the answer.
 */
import type { Entry } from '../ledger/entry.ts';

export interface PeerReplica {
  readonly region: string;
  /** Whether exactly this entry stands at its position. Throws LedgerFault: the region cannot be asked now. */
  holds(entry: Pick<Entry, 'stream' | 'position' | 'hash'>): Promise<boolean>;
}
