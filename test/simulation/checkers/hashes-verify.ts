/**
 * The hash DAG verifies, and a damaged item is named: every item but those that were damaged on purpose hashes to its
 * hash, and every entry names the heads that it saw.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { formatPosition } from '../../../domain/ledger/position.ts';
import { flipKey } from '../facts.ts';
import type { Checker, CheckerDeps, ReplicaEvidence, Words } from './checker.ts';

export const hashesVerify = ({ facts }: CheckerDeps): Checker => {
  const verified = new WeakSet<object>();

  const wrongDamage = ({ region, items, loaded }: ReplicaEvidence): Words => {
    const damaged = new Set(loaded.damaged.map(({ position }) => position));
    for (const item of items) {
      const isFlipped = facts.flips.has(flipKey(region, item));
      if (isFlipped && !damaged.has(item.position)) return `${item.position} is damaged and nobody noticed`;
      if (!isFlipped && damaged.has(item.position) && !facts.isBypass(item))
        return `${item.position} is called damaged`;
      if (isFlipped || verified.has(item)) continue;
      if (createHash('sha256').update(item.body).digest('hex') !== item.hash)
        return `${item.position} has a wrong hash`;
      verified.add(item);
    }
    return undefined;
  };

  const wrongParents = ({ loaded }: ReplicaEvidence): Words => {
    const hashAt = new Map(loaded.entries.map(({ position, hash }) => [position, hash]));
    for (const entry of loaded.entries) {
      if (verified.has(entry) || facts.isBypass(entry)) continue;
      const heads = Object.entries(entry.seen).map(([writer, seq]) => hashAt.get(formatPosition({ writer, seq })));
      // A head that is not here yet, or damaged here, is for another day.
      if (heads.includes(undefined)) continue;
      if (!isDeepStrictEqual(entry.parents ?? [], heads.sort()))
        return `${entry.position} names other parents than it saw`;
      verified.add(entry);
    }
    return undefined;
  };

  return {
    invariant: '10 the hash DAG verifies, and names any damaged entry',
    checkStream: ({ stream, replicas }) => {
      for (const replica of replicas) {
        const words = wrongDamage(replica) ?? wrongParents(replica);
        if (words) return `${stream} in ${replica.region}: ${words}`;
      }
      return undefined;
    },
  };
};
