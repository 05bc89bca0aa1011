/** What every PeerReplica does, whatever lies between the regions. */
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import type { PeerReplica } from '../../../domain/ports/peer-replica.ts';
import { entriesOf, firstEntry } from './contract-entries.ts';

export interface PeerReplicaSetup {
  readonly peer: PeerReplica;
  /** Puts an entry into the replica of the peer. */
  readonly store: (entry: Entry) => Promise<void>;
  /** From now on no answer comes. */
  readonly cutOff: () => void;
}

export const peerReplicaContract = (name: string, setUp: () => Promise<PeerReplicaSetup>): void => {
  describe(`peer replica ${name}`, () => {
    it('holds an entry once it is stored there', async () => {
      const { peer, store } = await setUp();
      const [first, second] = entriesOf(2) as [Entry, Entry];
      expect(await peer.holds(first)).toBe(false);
      await store(first);
      expect(await peer.holds(first)).toBe(true);
      expect(await peer.holds(second)).toBe(false);
    });

    it('does not hold an entry where another stands at its position', async () => {
      const { peer, store } = await setUp();
      const first = firstEntry();
      await store(first);
      expect(await peer.holds({ ...first, hash: 'f'.repeat(64) })).toBe(false);
    });

    it('says that it cannot be asked when no answer comes', async () => {
      const { peer, store, cutOff } = await setUp();
      const first = firstEntry();
      await store(first);
      cutOff();
      const asked = peer.holds(first);
      await expect(asked).rejects.toBeInstanceOf(LedgerFault);
      await expect(asked).rejects.toMatchObject({ code: 'unavailable', retryable: true });
      await expect(asked).rejects.toThrow(peer.region);
    });
  });
};
