/**
 * What was acknowledged is there, as it was; and nothing is there that nobody sent.
 */
import type { Command } from '../../../domain/decide/command.ts';
import type { LedgerItem } from '../../../infra/dynamodb/entry-codec.ts';
import { flipKey, hashOf } from '../facts.ts';
import type { ItemKey } from '../model/replica.ts';
import { loadItems } from '../model/simulated-event-store.ts';
import { openEntry } from '../model/simulated-keys.ts';
import type { Checker, CheckerDeps, Words } from './checker.ts';

export const nothingLost = ({ facts, table }: CheckerDeps): Checker => {
  const acknowledged = new Map<string, Map<string, { readonly hash: string; readonly region: string }>>();
  const written = new Set<string>();

  const whoSent = (item: LedgerItem): Words => {
    if (facts.isBypass(item)) return undefined;
    const [entry] = loadItems(item.stream, [item]).entries;
    if (!entry) return `${label(item)} is no entry, and no bypassing writer put it`;
    const isSent = facts.wasSent(item.stream, entry.idempotencyKey, entry.payloadHash);
    if (isSent && hashOf(entry.stream, openEntry(entry) as unknown as Command) === entry.payloadHash) return undefined;
    return `${label(item)} carries a command that nobody sent`;
  };

  return {
    invariant: '1 no acknowledged entry is lost or changed, none appears that nobody sent',
    onChange: ({ region, item, before, from }) => {
      if (before && before.body !== item.body && !facts.flips.has(flipKey(region, item)))
        return `${label(item)} was overwritten in ${region}`;
      const name = `${label(item)} ${item.hash}`;
      if (from !== undefined)
        return written.has(name) ? undefined : `${label(item)} came from ${from} but was never put`;
      written.add(name);
      return before ? undefined : whoSent(item);
    },
    onOutcome: ({ region, stream, outcome }) => {
      if (outcome.kind !== 'appended' && outcome.kind !== 'replayed') return undefined;
      const { position, hash } = outcome.entry;
      const ofStream = acknowledged.get(stream) ?? new Map<string, { hash: string; region: string }>();
      acknowledged.set(stream, ofStream.set(position, { hash, region }));
      if (isIntact(region, { stream, position, hash })) return undefined;
      return `${position} of ${stream} was acknowledged (${outcome.kind}) in ${region}, which does not hold it`;
    },
    checkStream: ({ stream, isAtRest, replicas }) => {
      for (const [position, { hash, region }] of acknowledged.get(stream) ?? [])
        for (const replica of replicas)
          if (
            (isAtRest || replica.region === region) &&
            !isIntact(replica.region, { stream, position, hash }, isAtRest)
          )
            return `${position} of ${stream}, acknowledged in ${region}, is not what ${replica.region} holds`;
      return undefined;
    },
  };

  function isIntact(region: string, key: ItemKey & { hash: string }, isAtRest = false): boolean {
    const item = isAtRest ? table.get(region, key) : table.standing(region, key);
    return facts.flips.has(flipKey(region, key)) || item?.hash === key.hash;
  }
};

const label = ({ stream, position }: LedgerItem): string => `${position} of ${stream}`;
