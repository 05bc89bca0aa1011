/**
 * Two regions' order APIs over in-memory ledgers that replicate when a test says so, in time that passes only while
 * somebody waits.
 */
import type { Entry } from '../../domain/ledger/entry.ts';
import type { PeerReplica } from '../../domain/ports/peer-replica.ts';
import { createInMemoryEventStore, type InMemoryEventStore } from '../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import type { CreateOrderApi } from '../../services/order-api/order-api.ts';
import { createTestApi, type OrderApiClient, startMs } from './order-api-client.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

export interface OrderRegion {
  readonly name: string;
  readonly store: InMemoryEventStore;
  readonly api: OrderApiClient;
  /** Entries that were appended here, in that order. */
  readonly appended: readonly Entry[];
  /** How often a ledger was loaded or paged here. */
  readonly reads: () => number;
}

export interface TwoRegionOrders {
  readonly time: VirtualTime;
  readonly us: OrderRegion;
  readonly eu: OrderRegion;
  /** Copies what `from` has appended, or the part that `picks` lets through. */
  readonly replicate: (from: OrderRegion, to: OrderRegion, picks?: (entry: Entry) => boolean) => void;
}

export const createTwoRegionOrders = (options: Partial<CreateOrderApi> = {}): TwoRegionOrders => {
  const time = createVirtualTime(startMs);
  const stores = { us: createInMemoryEventStore({ sha256 }), eu: createInMemoryEventStore({ sha256 }) };
  const startRegion = (name: string, store: InMemoryEventStore, peer: PeerReplica): OrderRegion => {
    const appended: Entry[] = [];
    let reads = 0;
    store.onAppend((entry) => void (entry.region === name && appended.push(entry)));
    const eventStore: InMemoryEventStore = {
      ...store,
      load: (stream) => {
        reads += 1;
        return store.load(stream);
      },
      readPages: (stream, page) => {
        reads += 1;
        return store.readPages(stream, page);
      },
    };
    const { clock, sleep } = time;
    const api = createTestApi(eventStore, { region: name, clock, sleep, peers: [peer], ...options });
    return { name, store, api, appended, reads: () => reads };
  };
  return {
    time,
    us: startRegion('us-east-1', stores.us, peerOf('eu-west-1', stores.eu)),
    eu: startRegion('eu-west-1', stores.eu, peerOf('us-east-1', stores.us)),
    replicate: (from, to, picks = () => true) => {
      for (const entry of from.appended.filter(picks)) to.store.replicate(entry);
    },
  };
};

/** Answers at once. */
const peerOf = (region: string, store: InMemoryEventStore): PeerReplica => ({
  region,
  holds: async ({ stream, position, hash }) =>
    (await store.load(stream)).entries.some((entry) => entry.position === position && entry.hash === hash),
});
