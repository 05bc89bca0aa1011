/**
 * How a reader asks a ledger that may have no quorum.
 *
 * A region that is cut off from a strongly consistent table cannot know whether it has everything. It says what its replica
 * holds, and that it is no more than that: an order of an hour ago serves a reader better than none. That there is no such
 * order is nothing it could say. Whoever decides never reads like this, and a table with eventual consistency has nothing
 * else to offer.
 */
import type { Consistency } from '../../domain/ledger/position.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';

export interface WhatIsHere<Found> {
  readonly found: Found;
  /** Why it is no more than what the replica holds; undefined where it is all there is. */
  readonly fault: LedgerFault | undefined;
}

/** `consistency` is the table's. Throws the fault of the last reading. */
export const readWhatIsHere = async <Found>(
  consistency: Consistency,
  read: (consistency: Consistency) => Promise<Found>,
): Promise<WhatIsHere<Found>> => {
  try {
    return { found: await read('strong'), fault: undefined };
  } catch (fault) {
    if (consistency === 'eventual' || !(fault instanceof LedgerFault) || !fault.retryable) throw fault;
    return { found: await read('eventual'), fault };
  }
};
