/**
 * The customers' keys that a container has met lately. Bounded in number, and in time, so that a key which was destroyed
 * is forgotten everywhere within minutes, and a secret lies in memory no longer than it is of use.
 */
import type { Clock } from '../../domain/ports/clock.ts';
import type { WrappedKey } from './customer-keys.ts';
import type { KeyBox } from './key-box.ts';

export interface KnownKeys {
  readonly keys: readonly WrappedKey[];
  /** Unwrapped once; undefined where it was found to be lost. */
  readonly box: (keyId: string, unwrap: () => Promise<KeyBox | undefined>) => Promise<KeyBox | undefined>;
}

export interface KeyCache {
  /** Looks again where one of `wanted` is not known: it may have arrived since. */
  readonly find: (partition: string, wanted: readonly string[]) => Promise<KnownKeys>;
  readonly remember: (partition: string, keys: readonly WrappedKey[]) => KnownKeys;
}

export interface KeyCacheDeps {
  readonly clock: Clock;
  readonly load: (partition: string) => Promise<readonly WrappedKey[]>;
}

export const keptMsMax = 5 * 60_000;
export const customersMax = 2_000;
/** A key that is gone for good must not cost a request with every order that is read. */
const lookAgainMs = 1_000;

export const createKeyCache = ({ clock, load }: KeyCacheDeps): KeyCache => {
  const cached = new Map<string, Cached>();

  const keep = (partition: string, known: Promise<KnownKeys>): void => {
    const kept: Cached = { known, loadedAtMs: clock.nowMs() };
    cached.delete(partition);
    cached.set(partition, kept);
    for (const [oldest] of cached) {
      if (cached.size <= customersMax) break;
      cached.delete(oldest);
    }
    known.catch(() => {
      if (cached.get(partition) === kept) cached.delete(partition);
    });
  };

  const loadAnew = (partition: string): Promise<KnownKeys> => {
    const known = load(partition).then(knownKeys);
    keep(partition, known);
    return known;
  };

  /** A clock that was set back must not keep a key for longer. */
  const isYounger = ({ loadedAtMs }: Cached, ageMs: number): boolean => {
    const nowMs = clock.nowMs();
    return nowMs >= loadedAtMs && nowMs < loadedAtMs + ageMs;
  };

  return {
    find: async (partition, wanted) => {
      const found = cached.get(partition);
      if (!found || !isYounger(found, keptMsMax)) return loadAnew(partition);
      // The last that was used is the last to go.
      cached.delete(partition);
      cached.set(partition, found);
      const known = await found.known;
      const isThere = wanted.every((keyId) => known.keys.some((key) => key.keyId === keyId));
      return isThere || isYounger(found, lookAgainMs) ? known : loadAnew(partition);
    },
    remember: (partition, keys) => {
      const known = knownKeys(keys);
      keep(partition, Promise.resolve(known));
      return known;
    },
  };
};

interface Cached {
  readonly known: Promise<KnownKeys>;
  readonly loadedAtMs: number;
}

const knownKeys = (keys: readonly WrappedKey[]): KnownKeys => {
  const boxes = new Map<string, Promise<KeyBox | undefined>>();
  return {
    keys,
    box: (keyId, unwrap) => {
      const box = boxes.get(keyId) ?? unwrap();
      boxes.set(keyId, box);
      box.catch(() => boxes.delete(keyId));
      return box;
    },
  };
};
