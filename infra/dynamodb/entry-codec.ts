/**
 * An entry as an item, and back.
 *
 * The item's `body` is the canonical JSON that was hashed, as one string; beside it stand only the key, the hash and
 * what the index needs. So what is verified is what is stored, byte for byte. An item that is not the one that was put
 * is reported as damaged and never thrown: one flipped bit must not hide the rest of an order.
 */
import { invariant } from '../../domain/kernel/invariant.ts';
import { entryBytesMax } from '../../domain/kernel/limits.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { entryBody, readEntryBody } from '../../domain/ledger/entry-hash.ts';
import type { Sha256 } from '../../domain/ports/digest.ts';
import { type DamagedItem, LedgerFault, type LoadedStream } from '../../domain/ports/event-store.ts';

export interface LedgerItem {
  readonly stream: string;
  readonly position: string;
  readonly id: string;
  readonly region: string;
  readonly hash: string;
  readonly body: string;
}

/** The entry as it stands, without a check: what a replication link copies. */
export const toItem = (entry: Entry): LedgerItem => ({
  stream: entry.stream,
  position: entry.position,
  id: entry.id,
  region: entry.region,
  hash: entry.hash,
  body: entryBody(entry),
});

/**
 * The item of an entry that is about to be appended. Nothing can be taken back from the ledger, so what would not read
 * back as an entry is a bug and stops here.
 */
export const entryToItem = (entry: Entry, sha256: Sha256): LedgerItem => {
  const item = toItem(entry);
  const bodyBytes = Buffer.byteLength(item.body);
  if (bodyBytes > entryBytesMax)
    throw new LedgerFault('entry-too-large', `${label(entry)} has ${bodyBytes} bytes, at most ${entryBytesMax} fit`);
  const read = readEntryBody(item, sha256);
  invariant(read.kind === 'entry', `${label(entry)} is an entry${read.kind === 'damaged' ? `: ${read.reason}` : ''}`);
  return item;
};

/** Sorts the items of one stream, in order of position, into entries and damage. */
export const readItems = (stream: string, items: readonly UnknownItem[], sha256: Sha256): LoadedStream => {
  const read = items.map((item) => itemToEntry(stream, item, sha256));
  return {
    entries: read.flatMap((it) => (it.kind === 'entry' ? [it.entry] : [])),
    damaged: read.flatMap((it) => (it.kind === 'damaged' ? [it.damage] : [])),
  };
};

/** What a table answers: anybody may have written it. */
export type UnknownItem = { readonly [Name in keyof LedgerItem]?: unknown };

type ReadItem =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'damaged'; readonly damage: DamagedItem };

const itemToEntry = (stream: string, item: UnknownItem, sha256: Sha256): ReadItem => {
  const { position, body, hash } = item;
  const damaged = (reason: string): ReadItem => ({ kind: 'damaged', damage: { position: String(position), reason } });
  if (typeof body !== 'string' || typeof hash !== 'string') return damaged('body and hash must be strings');
  const read = readEntryBody({ body, hash }, sha256);
  if (read.kind === 'damaged') return damaged(read.reason);
  const { entry } = read;
  if (entry.stream !== stream) return damaged('body is of another stream');
  if (entry.position !== position) return damaged('body is of another position');
  // The shard is not compared: it was right for the number of shards of its day.
  for (const name of ['id', 'region'] as const)
    if (item[name] !== entry[name]) return damaged(`attribute ${name} is not the one in body`);
  return { kind: 'entry', entry };
};

const label = ({ stream, position }: Entry): string => `entry ${position} of ${stream}`;
