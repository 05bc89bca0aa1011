/**
 * Another region's ledger in memory, behind a link that may be slow or cut.
 */
import type { Sleep } from '../../domain/ports/clock.ts';
import { type EventStore, LedgerFault } from '../../domain/ports/event-store.ts';
import type { PeerReplica } from '../../domain/ports/peer-replica.ts';

export interface InMemoryPeerReplicaDeps {
  readonly region: string;
  readonly eventStore: Pick<EventStore, 'load'>;
  /** What a question and its answer take now; Infinity where the answer would never come. */
  readonly roundTripMs: () => number;
  readonly sleep: Sleep;
}

/** After this, who asks has hung up. */
const answerMsMax = 2_000;

export const createInMemoryPeerReplica = (deps: InMemoryPeerReplicaDeps): PeerReplica => {
  const { region, eventStore, roundTripMs, sleep } = deps;
  return {
    region,
    holds: async ({ stream, position, hash }) => {
      const waitedMs = Math.min(roundTripMs(), answerMsMax);
      await sleep(waitedMs);
      // The link may have been cut meanwhile.
      if (waitedMs === answerMsMax || roundTripMs() === Number.POSITIVE_INFINITY)
        throw new LedgerFault('unavailable', `${region} does not answer`);
      const { entries } = await eventStore.load(stream);
      return entries.some((entry) => entry.position === position && entry.hash === hash);
    },
  };
};
