/**
 * Turns an accepted command into the entry that is stored: where it stands, when, after what, and its hash.
 *
 * Everything that a later reader needs to place it comes from here: the position is the writer's next, `seen` is all
 * that was folded (the closed cut, nothing beyond), the ids are later than every well-formed id seen, and `parents` tie
 * the hash to the heads seen. Pure: the same draft, cut, clock reading and randomness give the same entry, byte for byte.
 */
import { invariant } from '../kernel/invariant.ts';
import type { Random } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import { type Cut, seqAt } from './cut.ts';
import { type Entry, entrySchema } from './entry.ts';
import { hashEntry, type UnhashedEntry } from './entry-hash.ts';
import { nextEventIds } from './ledger-clock.ts';
import { formatPosition } from './position.ts';
import { tenantOf } from './stream-name.ts';

export interface EntryDraft
  extends Pick<
    Entry,
    | 'stream'
    | 'kind'
    | 'source'
    | 'occurredAt'
    | 'group'
    | 'idempotencyKey'
    | 'payloadHash'
    | 'actor'
    | 'traceId'
    | 'epoch'
  > {
  readonly events: readonly DraftEvent[];
}

export interface DraftEvent {
  readonly type: string;
  readonly v: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Stamp {
  /** Where it is accepted. */
  readonly region: string;
  /** Whose next position it takes: the region, or `global` on a strongly consistent table. */
  readonly writer: string;
  /** What the region holds of the stream, at least the heads of `cut`. */
  readonly entries: readonly Entry[];
  /** The closed cut of `entries`. */
  readonly cut: Cut;
  /** The last event's id of the largest well-formed entry under `cut`. */
  readonly newestId: string | undefined;
  readonly nowMs: number;
  readonly random: Random;
  readonly sha256: Sha256;
}

export const stampEntry = (draft: EntryDraft, stamp: Stamp): Entry => {
  const { region, writer, cut, nowMs, random, sha256 } = stamp;
  const tenant = tenantOf(draft.stream);
  invariant(tenant !== undefined, 'an entry belongs to a stream');
  const seq = seqAt(cut, writer) + 1;
  const ids = nextEventIds({ nowMs, random, lastSeenId: stamp.newestId }, draft.events.length);
  const entry: UnhashedEntry = {
    ...definedOnly(draft),
    position: formatPosition({ writer, seq }),
    tenant,
    region,
    seq,
    id: ids[0] ?? '',
    seen: cut,
    events: draft.events.map(({ type, v, data }, i) => ({ id: ids[i] ?? '', type, v, data })),
    recordedAt: nowMs,
    parents: headHashes(stamp.entries, cut),
  };
  const stamped = hashEntry(entry, sha256);
  const readBack = entrySchema.safeParse(stamped);
  invariant(readBack.success, `what is appended can be read back: ${readBack.error?.issues[0]?.message}`);
  return stamped;
};

/** Where two different entries claim one position the smaller hash counts, as in the fold. */
const headHashes = (entries: readonly Entry[], cut: Cut): string[] =>
  Object.entries(cut)
    .map(([writer, seq]) => {
      const position = formatPosition({ writer, seq });
      const [head] = entries
        .filter((entry) => entry.position === position)
        .map((entry) => entry.hash)
        .sort();
      invariant(head !== undefined, `the head ${position} of the closed cut is at hand`);
      return head;
    })
    .sort();

/** An absent field and an undefined one must be the same entry before and after it was stored. */
const definedOnly = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
