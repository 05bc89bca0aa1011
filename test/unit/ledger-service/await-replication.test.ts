import { describe, expect, it } from 'vitest';
import type { Consistency } from '../../../domain/ledger/position.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import type { PeerReplica } from '../../../domain/ports/peer-replica.ts';
import { awaitReplication, type StoredEntry } from '../../../services/ledger/await-replication.ts';
import { startWait } from '../../../services/ledger/wait.ts';
import { createVirtualTime, type VirtualTime } from '../../support/virtual-time.ts';

const first: StoredEntry = { stream: 'order/acme/1001', position: 'us-east-1/0000000001', hash: 'a'.repeat(64) };
const second: StoredEntry = { stream: 'order/acme/1002', position: 'us-east-1/0000000001', hash: 'b'.repeat(64) };

interface Peer extends PeerReplica {
  readonly asked: StoredEntry[];
}

/** Holds an entry from `heldAtMs` on. */
const createPeer = (time: VirtualTime, region: string, heldAtMs: (entry: StoredEntry) => number): Peer => {
  const asked: StoredEntry[] = [];
  return {
    region,
    asked,
    holds: async (entry) => {
      asked.push(entry);
      return time.passedMs() >= heldAtMs(entry);
    },
  };
};

const setUp = (consistency: Consistency = 'eventual') => {
  const time = createVirtualTime();
  const warnings: unknown[] = [];
  const logger = { warn: (message: string, about: object) => void warnings.push({ message, ...about }) };
  const run = (peers: readonly PeerReplica[], entries: readonly StoredEntry[], waitMs: number) => {
    const deps = { region: 'us-east-1', consistency, peers, random: () => 0.5, sleep: time.sleep, logger };
    return awaitReplication(deps, entries, startWait(time, waitMs));
  };
  return { time, warnings, run };
};

describe('awaiting replication', () => {
  it('ends when the last region holds the entry', async () => {
    const { time, run } = setUp();
    const peers = [createPeer(time, 'eu-west-1', () => 300), createPeer(time, 'ap-south-1', () => 1_000)];
    expect(await run(peers, [first], 5_000)).toEqual({ held: ['us-east-1', 'eu-west-1', 'ap-south-1'], missing: [] });
    expect(time.passedMs()).toBeLessThan(1_250);
  });

  it('names the regions that did not hold it when the time was up', async () => {
    const { time, run } = setUp();
    const peers = [createPeer(time, 'eu-west-1', () => 1_001), createPeer(time, 'ap-south-1', () => 1_000)];
    expect(await run(peers, [first], 1_000)).toEqual({ held: ['us-east-1', 'ap-south-1'], missing: ['eu-west-1'] });
    expect(time.passedMs()).toBe(1_000);
  });

  it('asks once where there is no time to wait', async () => {
    const { time, run } = setUp();
    const peer = createPeer(time, 'eu-west-1', () => 1);
    expect(await run([peer], [first], 0)).toEqual({ held: ['us-east-1'], missing: ['eu-west-1'] });
    expect(peer.asked).toHaveLength(1);
  });

  it('asks no region again that holds the entry', async () => {
    const { time, run } = setUp();
    const fast = createPeer(time, 'eu-west-1', () => 0);
    await run([fast, createPeer(time, 'ap-south-1', () => 2_000)], [first], 5_000);
    expect(fast.asked).toHaveLength(1);
  });

  it('counts a region as one that holds a group once it holds all of it', async () => {
    const { time, run } = setUp();
    const late = (entry: StoredEntry) => (entry === second ? 800 : 0);
    const peer = createPeer(time, 'eu-west-1', late);
    expect(await run([peer], [first, second], 700)).toMatchObject({ missing: ['eu-west-1'] });
    expect(await run([peer], [first, second], 700)).toMatchObject({ missing: [] });
  });

  it('counts a region that cannot be asked as missing, tells the log once, and is no error', async () => {
    const { time, warnings, run } = setUp();
    const error = new LedgerFault('unavailable', 'eu-west-1 does not answer');
    const gone: PeerReplica = { region: 'eu-west-1', holds: () => Promise.reject(error) };
    const broken: PeerReplica = {
      region: 'ap-south-1',
      holds: () => {
        throw new TypeError('a bug');
      },
    };
    const replication = await run([gone, broken, createPeer(time, 'sa-east-1', () => 0)], [first], 1_000);
    expect(replication).toEqual({ held: ['us-east-1', 'sa-east-1'], missing: ['eu-west-1', 'ap-south-1'] });
    expect(warnings).toHaveLength(2);
    expect(warnings).toContainEqual({ message: 'peer could not be asked', peer: 'eu-west-1', reason: error.message });
  });

  it('asks on after a fault, no faster than without one', async () => {
    const { time, run } = setUp();
    let asked = 0;
    const flaky: PeerReplica = {
      region: 'eu-west-1',
      holds: async () => {
        asked += 1;
        if (time.passedMs() < 2_000) throw new LedgerFault('throttled', 'too fast');
        return true;
      },
    };
    expect(await run([flaky], [first], 5_000)).toMatchObject({ missing: [] });
    expect(asked).toBeLessThan(20);
  });

  it('takes longer than the wait by one question at most, and one slow region holds up no other', async () => {
    const { time, run } = setUp();
    const slow: PeerReplica = {
      region: 'eu-west-1',
      holds: async () => {
        await time.sleep(2_000);
        throw new LedgerFault('unavailable', 'no answer');
      },
    };
    const other = createPeer(time, 'ap-south-1', () => 900);
    expect(await run([slow, other], [first], 1_000)).toEqual({
      held: ['us-east-1', 'ap-south-1'],
      missing: ['eu-west-1'],
    });
    expect(time.passedMs()).toBe(2_000);
  });

  it('asks nobody where the table is strongly consistent', async () => {
    const { time, run } = setUp('strong');
    const peer = createPeer(time, 'eu-west-1', () => Number.POSITIVE_INFINITY);
    expect(await run([peer], [first], 1_000)).toEqual({ held: ['us-east-1', 'eu-west-1'], missing: [] });
    expect(peer.asked).toEqual([]);
  });
});
