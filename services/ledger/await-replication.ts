/**
 * For a writer who wants to know: waits until every other region's replica holds what was stored here.
 *
 * It only looks. The entries are stored, whatever comes of it, so nothing that goes wrong here is an error: a region that
 * cannot be asked has not been seen to hold them, and that is the answer.
 */
import type { Entry } from '../../domain/ledger/entry.ts';
import type { Consistency } from '../../domain/ledger/position.ts';
import type { PeerReplica } from '../../domain/ports/peer-replica.ts';
import { askUntil, type Wait, type WaitDeps } from './wait.ts';

export interface ReplicationDeps extends WaitDeps {
  readonly region: string;
  readonly consistency: Consistency;
  readonly peers: readonly PeerReplica[];
  readonly logger: {
    readonly warn: (message: string, about: { readonly peer: string; readonly reason: string }) => void;
  };
}

/** Regions by name; this one holds the entries already. */
export interface Replication {
  readonly held: readonly string[];
  readonly missing: readonly string[];
}

export type StoredEntry = Pick<Entry, 'stream' | 'position' | 'hash'>;

/** Ends one question after `wait` at the latest. Never throws. */
export const awaitReplication = async (
  deps: ReplicationDeps,
  entries: readonly StoredEntry[],
  wait: Wait,
): Promise<Replication> => {
  const { region, consistency, peers } = deps;
  // A strongly consistent table has stored an entry in every region before it says so.
  const isHeldBy = async (peer: PeerReplica) => consistency === 'strong' || untilHeld(deps, peer, entries, wait);
  const isHeld = await Promise.all(peers.map(isHeldBy));
  const names = (wanted: boolean) => peers.filter((_, i) => isHeld[i] === wanted).map((peer) => peer.region);
  return { held: [region, ...names(true)], missing: names(false) };
};

const untilHeld = async (
  deps: ReplicationDeps,
  peer: PeerReplica,
  entries: readonly StoredEntry[],
  wait: Wait,
): Promise<boolean> => {
  let fault: string | undefined;
  const ask = async (entry: StoredEntry): Promise<boolean> => {
    try {
      return await peer.holds(entry);
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error);
      return false;
    }
  };
  const isHeld = await Promise.all(
    entries.map((entry) =>
      askUntil(
        deps,
        wait,
        () => ask(entry),
        (holds) => holds,
      ),
    ),
  );
  // A region that may not be asked, rather than cannot, would else never be noticed.
  if (fault !== undefined) deps.logger.warn('peer could not be asked', { peer: peer.region, reason: fault });
  return isHeld.every((holds) => holds);
};
