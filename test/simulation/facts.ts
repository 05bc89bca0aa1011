/**
 * What is true of a run whatever the ledger says: which commands were sent, what was put past the API, what was damaged
 * or lost on purpose. Checkers compare the ledger with it.
 */
import { type Command, hashPayload } from '../../domain/decide/command.ts';
import type { LedgerItem } from '../../infra/dynamodb/entry-codec.ts';
import { testPayloadDigest } from '../support/personal-data.ts';
import type { ItemKey } from './model/replica.ts';

export interface Facts {
  readonly recordSent: (stream: string, command: Command) => void;
  readonly wasSent: (stream: string, key: string | undefined, payloadHash: string | undefined) => boolean;
  readonly recordBypass: (item: LedgerItem) => void;
  readonly isBypass: (item: ItemKey & { readonly hash: string }) => boolean;
  /** Damaged items as they stand now, by region and key. */
  readonly flips: Map<string, LedgerItem>;
  /** By region and stream, also those that have been repaired. */
  readonly damaged: Set<string>;
  readonly wasDamaged: (region: string, stream: string) => boolean;
  /** Streams that lost entries in a restore: nothing is promised for them. */
  readonly maimed: Set<string>;
}

export const flipKey = (region: string, { stream, position }: ItemKey): string => `${region} ${stream} ${position}`;

/** What the entry of a command carries as `payloadHash`. */
export const hashOf = (stream: string, command: Command): string =>
  hashPayload([{ stream, command }], testPayloadDigest);

export const createFacts = (): Facts => {
  const sent = new Set<string>();
  const bypasses = new Set<string>();
  const damaged = new Set<string>();
  const maimed = new Set<string>();
  const bypassKey = ({ stream, position, hash }: ItemKey & { readonly hash: string }) =>
    `${stream} ${position} ${hash}`;
  return {
    recordSent: (stream, command) => sent.add(`${stream} ${command.idempotencyKey} ${hashOf(stream, command)}`),
    wasSent: (stream, key, payloadHash) => sent.has(`${stream} ${key} ${payloadHash}`),
    recordBypass: (item) => bypasses.add(bypassKey(item)),
    isBypass: (item) => bypasses.has(bypassKey(item)),
    flips: new Map(),
    damaged,
    wasDamaged: (region, stream) => damaged.has(`${region} ${stream}`) || maimed.has(stream),
    maimed,
  };
};
