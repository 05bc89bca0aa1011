/**
 * Heartbeats in the ledger table: one item a region, rewritten by that region alone, replicated like everything there.
 */
import type { Beat } from '../write-plan/link-lag.ts';

export interface HeartbeatStore {
  /**
   * Rewrites the item of the beat's region, if the beat that stands has a smaller counter. False if it has not: somebody
   * else beats for the region. True where exactly this beat stands, as after a lost answer. Throws LedgerFault.
   */
  put(beat: Beat): Promise<boolean>;
  /** Those of `regions` that have arrived here. What is no beat of its region is left out. Throws LedgerFault. */
  load(regions: readonly string[]): Promise<readonly Beat[]>;
}
