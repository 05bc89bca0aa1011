/**
 * Wrapped customers' keys in memory. Like the in-memory ledger it tells of what is new, so that a link can carry it to
 * another region's.
 */
import { formatPosition } from '../../domain/ledger/position.ts';
import type { CustomerKeyStore, WrappedKey } from '../personal-data/customer-keys.ts';

export interface PlacedKey extends WrappedKey {
  readonly partition: string;
}

export interface InMemoryCustomerKeys extends CustomerKeyStore {
  readonly onPut: (subscriber: (key: PlacedKey) => void) => void;
  /** Stores a key of another region as it is. */
  readonly replicate: (key: PlacedKey) => void;
}

export const createInMemoryCustomerKeys = (): InMemoryCustomerKeys => {
  const keysByPartition = new Map<string, Map<string, WrappedKey>>();
  const subscribers: ((key: PlacedKey) => void)[] = [];

  const keysOf = (partition: string): Map<string, WrappedKey> => {
    const keys = keysByPartition.get(partition) ?? new Map<string, WrappedKey>();
    keysByPartition.set(partition, keys);
    return keys;
  };

  return {
    list: async (partition) => [...(keysByPartition.get(partition)?.values() ?? [])],
    put: async (partition, key) => {
      const standing = keysOf(partition).get(placeOf(key));
      if (standing) return standing;
      keysOf(partition).set(placeOf(key), key);
      for (const subscriber of subscribers) subscriber({ ...key, partition });
      return key;
    },
    onPut: (subscriber) => void subscribers.push(subscriber),
    replicate: ({ partition, ...key }) => void keysOf(partition).set(placeOf(key), key),
  };
};

const placeOf = ({ region, number }: WrappedKey): string => formatPosition({ writer: region, seq: number });
