/**
 * Writes that may show in a region's replica and are not committed yet. Whoever saw one must not be answered, and nothing
 * of it may be carried to another region, before it is: else somebody could see it there and the next one not.
 */
import { type ItemKey, nameOf } from './replica.ts';

export interface OpenWrites {
  /** Returns what ends it. One write of an item at a time. */
  readonly open: (region: string, key: ItemKey) => () => void;
  /** Resolves with its end; undefined where there is none. */
  readonly endOf: (region: string, key: ItemKey) => Promise<void> | undefined;
  /** Resolves when all have ended that are open now. */
  readonly endOfAll: (region: string) => Promise<unknown>;
}

export const createOpenWrites = (): OpenWrites => {
  const endsByRegion = new Map<string, Map<string, Promise<void>>>();
  const endsIn = (region: string): Map<string, Promise<void>> => {
    const ends = endsByRegion.get(region) ?? new Map<string, Promise<void>>();
    endsByRegion.set(region, ends);
    return ends;
  };
  return {
    open: (region, key) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      endsIn(region).set(nameOf(key), promise);
      return () => {
        endsIn(region).delete(nameOf(key));
        resolve();
      };
    },
    endOf: (region, key) => endsIn(region).get(nameOf(key)),
    endOfAll: (region) => Promise.all(endsIn(region).values()),
  };
};
