/**
 * A writer that bypasses the API: a script with table access that puts what no API would take, but cannot overwrite, as
 * the ledger's permissions only allow inserts. What it writes stays for ever, and nobody else may suffer from it.
 */
import { ulid } from 'ulid';
import { fold } from '../../../domain/fold/fold.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { canonicalJson, hashEntry } from '../../../domain/ledger/entry-hash.ts';
import { stampEntry } from '../../../domain/ledger/stamp-entry.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { type LedgerItem, toItem } from '../../../infra/dynamodb/entry-codec.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { cancelled, type EventDraft, packed, shipped } from '../../support/builders/retail-drafts.ts';
import type { RandomStream } from '../kernel/random-streams.ts';
import { loadItems } from '../model/simulated-event-store.ts';

export const bypassKinds = [
  'illegal decision',
  'unknown type',
  'unknown version',
  'bad payload',
  'future id',
  'past id',
  'malformed id',
  'wrong region tag',
  'body is not JSON',
  'position after a gap',
] as const;
export type BypassKind = (typeof bypassKinds)[number];

export interface BypassInput {
  readonly region: string;
  /** Whose next position it takes. */
  readonly writer: string;
  readonly stream: string;
  /** What the region holds of the stream. */
  readonly items: readonly LedgerItem[];
  readonly nowMs: number;
  readonly random: RandomStream;
}

/** The item to put where nothing stands. */
export const draftBypass = (
  kind: BypassKind,
  { region, writer, stream, items, nowMs, random }: BypassInput,
): LedgerItem => {
  const { entries } = loadItems(stream, items);
  const { cut, newestId } = fold(entries, retail);
  const [event, entryKind] = spoil(kind);
  const stamped = stampEntry(
    { stream, kind: entryKind, source: 'script', events: [event] },
    { region, writer, entries, cut, newestId, nowMs, random: random.next, sha256 },
  );
  switch (kind) {
    case 'future id':
      return toItem(withId(stamped, ulid(nowMs + random.integer(1, 400) * dayMs, random.next)));
    case 'past id':
      return toItem(withId(stamped, ulid(nowMs - dayMs, random.next)));
    case 'malformed id':
      return toItem(withId(stamped, 'not-a-ulid'));
    case 'wrong region tag':
      return { ...toItem(hashEntry({ ...stamped, region: 'sa-east-1' }, sha256)), region: 'sa-east-1' };
    case 'body is not JSON': {
      const body = `${canonicalJson(stamped)}}`;
      return { ...toItem(stamped), body, hash: sha256(body) };
    }
    case 'position after a gap': {
      const seq = stamped.seq + random.integer(1, 3);
      const position = stamped.position.replace(/\d{10}$/, String(seq).padStart(10, '0'));
      return toItem(hashEntry({ ...stamped, seq, position, seen: { ...stamped.seen, [writer]: seq - 1 } }, sha256));
    }
    default:
      return toItem(stamped);
  }
};

const dayMs = 24 * 3_600_000;

const spoil = (kind: BypassKind): readonly [EventDraft, Entry['kind']] => {
  switch (kind) {
    case 'unknown type':
      return [{ ...packed(), type: 'GiftWrapped' }, 'fact'];
    case 'unknown version':
      return [{ ...packed(), v: 9 }, 'fact'];
    case 'bad payload':
      return [{ ...shipped(), data: { trackingId: 7 } }, 'fact'];
    default:
      return [cancelled(), 'decision'];
  }
};

const withId = (entry: Entry, id: string): Entry =>
  hashEntry({ ...entry, id, events: entry.events.map((event) => ({ ...event, id })) }, sha256);
