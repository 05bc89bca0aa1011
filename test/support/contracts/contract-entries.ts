/**
 * Entries for the stores' contracts: real ones, stamped and hashed, of any number and size.
 */
import type { Entry } from '../../../domain/ledger/entry.ts';
import { hashEntry, type UnhashedEntry } from '../../../domain/ledger/entry-hash.ts';
import { createLedger, sha256 } from '../builders/ledger-builder.ts';
import { noteChanged, placed } from '../builders/retail-drafts.ts';

export const stream = 'order/acme/1001';

export interface PartOptions {
  readonly stream?: string;
  readonly region?: string;
  readonly noteChars?: number;
}

/** The first `count` entries of one region's part of a stream. */
export const entriesOf = (count: number, { noteChars = 4, ...options }: PartOptions = {}): readonly Entry[] => {
  const region = options.region ?? 'us-east-1';
  const writer = createLedger({ regions: [region], stream: options.stream ?? stream }).at(region);
  return Array.from({ length: count }, (_, i) =>
    writer.append(i === 0 && noteChars < 100 ? placed() : noteChanged(String(i).padEnd(noteChars, '~'))),
  );
};

export const firstEntry = (options?: PartOptions): Entry => entriesOf(1, options)[0] as Entry;

export type Group = readonly [Entry, Entry, ...Entry[]];

/** The first entries of these orders, of one command. */
export const groupOf = (orderIds: readonly string[]): Group => {
  const streams = orderIds.map((orderId) => `order/acme/${orderId}`);
  const entries = streams.map((name) => firstEntry({ stream: name }));
  const group = { commandId: (entries[0] as Entry).id, streams };
  return entries.map((entry) => rewrite(entry, { group })) as unknown as Group;
};

/** Another content at the same position, hashed anew. */
export const rewrite = (entry: Entry, change: Partial<UnhashedEntry>): Entry =>
  hashEntry({ ...withoutHash(entry), ...change }, sha256);

/** What different writers want to put at one position, having seen the same. */
export const rivalsAt = (entry: Entry, count: number): readonly Entry[] =>
  Array.from({ length: count }, (_, i) => {
    const id = entry.id.slice(0, -2) + String(10 + i);
    return rewrite(entry, { id, events: entry.events.map((event) => ({ ...event, id })), actor: `writer-${i}` });
  });

const withoutHash = ({ hash: _, ...unhashed }: Entry): UnhashedEntry => unhashed;
