/**
 * Heartbeats in memory, as the same items that the DynamoDB adapter keeps, read back through the same codec. It tells of
 * what this region sent, so that a link can carry it to another region's.
 */
import type { HeartbeatStore } from '../../domain/ports/heartbeat-store.ts';
import type { Beat } from '../../domain/write-plan/link-lag.ts';
import { type BeatItem, beatToItem, readBeatBody } from '../dynamodb/beat-codec.ts';

export interface InMemoryHeartbeats extends HeartbeatStore {
  readonly onPut: (subscriber: (beat: Beat) => void) => void;
  /** Stores a beat of another region, unless one with a counter as large stands. */
  readonly replicate: (beat: Beat) => void;
}

export const createInMemoryHeartbeats = (): InMemoryHeartbeats => {
  const itemsByRegion = new Map<string, BeatItem>();
  const subscribers: ((beat: Beat) => void)[] = [];

  /** False if it is not newer than what stands. */
  const replaceOlder = (item: BeatItem): boolean => {
    const standing = itemsByRegion.get(item.region);
    if (standing && standing.counter >= item.counter) return false;
    itemsByRegion.set(item.region, item);
    return true;
  };

  return {
    put: async (beat) => {
      const item = beatToItem(beat);
      if (!replaceOlder(item)) return itemsByRegion.get(item.region)?.body === item.body;
      for (const subscriber of subscribers) subscriber(beat);
      return true;
    },
    load: async (regions) => {
      const beats = [...new Set(regions)].map((region) => readBeatBody(region, itemsByRegion.get(region)?.body));
      return beats.filter((beat) => beat !== undefined);
    },
    onPut: (subscriber) => void subscribers.push(subscriber),
    replicate: (beat) => void replaceOlder(beatToItem(beat)),
  };
};
