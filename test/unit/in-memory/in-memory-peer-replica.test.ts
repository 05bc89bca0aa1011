import { describe, expect, it } from 'vitest';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { createInMemoryPeerReplica } from '../../../infra/in-memory/in-memory-peer-replica.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { firstEntry } from '../../support/contracts/contract-entries.ts';
import { peerReplicaContract } from '../../support/contracts/peer-replica-contract.ts';
import { createVirtualTime } from '../../support/virtual-time.ts';

const setUp = () => {
  const time = createVirtualTime();
  const eventStore = createInMemoryEventStore({ sha256 });
  const link = { roundTripMs: 0 };
  const roundTripMs = () => link.roundTripMs;
  const peer = createInMemoryPeerReplica({ region: 'eu-west-1', eventStore, roundTripMs, sleep: time.sleep });
  return { time, eventStore, link, peer };
};

peerReplicaContract('in memory', async () => {
  const { peer, eventStore, link } = setUp();
  return {
    peer,
    store: async (entry) => eventStore.replicate(entry),
    cutOff: () => {
      link.roundTripMs = Number.POSITIVE_INFINITY;
    },
  };
});

describe('peer replica in memory', () => {
  const entry = firstEntry();

  it('answers as late as the link makes it', async () => {
    const { time, link, peer } = setUp();
    link.roundTripMs = 1_000;
    expect(await peer.holds(entry)).toBe(false);
    expect(time.passedMs()).toBe(1_000);
  });

  it('is given up after two seconds, cut off or too slow', async () => {
    for (const roundTripMs of [Number.POSITIVE_INFINITY, 2_000]) {
      const { time, link, peer } = setUp();
      link.roundTripMs = roundTripMs;
      await expect(peer.holds(entry)).rejects.toMatchObject({ code: 'unavailable' });
      expect(time.passedMs()).toBe(2_000);
    }
  });

  it('loses the answer when the link is cut on the way', async () => {
    const { time, link, peer } = setUp();
    link.roundTripMs = 1_000;
    time.after(500, () => {
      link.roundTripMs = Number.POSITIVE_INFINITY;
    });
    await expect(peer.holds(entry)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
