/**
 * Which entries of a stream may be folded: per writer the gapless prefix whose `seen` is covered too.
 *
 * Items replicate in no particular order, so an entry can arrive before what its writer had seen. Folding it early would
 * show a state that never was. It waits as pending, and the position it waits for is named.
 *
 * Entries are admitted smallest id first, which also yields an order that every cause precedes its effects in.
 */

import { invariant } from '../kernel/invariant.ts';
import { type Cut, seqAt } from '../ledger/cut.ts';
import type { Entry } from '../ledger/entry.ts';
import { entryBody } from '../ledger/entry-hash.ts';
import { formatPosition, parsePosition } from '../ledger/position.ts';
import type { Damaged, Pending } from './folded-stream.ts';

/** An entry of the closed cut. */
export interface Admitted {
  readonly entry: Entry;
  /** Index of the position's writer. */
  readonly writer: number;
  readonly seq: number;
  /** Its place in the order of admission: causes come before effects. */
  readonly order: number;
  /** Per writer, how much it saw, and what those saw. Its own writer's part is `seq - 1`. */
  readonly past: Int32Array;
}

export interface ClosedCut {
  readonly stream: string;
  readonly writers: readonly string[];
  /** In order of admission. */
  readonly admitted: readonly Admitted[];
  /** Per writer, in order of seq. */
  readonly parts: readonly (readonly Admitted[])[];
  readonly cut: Cut;
  readonly pending: readonly Pending[];
  readonly damaged: readonly Damaged[];
}

export const closeCut = (entries: Iterable<Entry>): ClosedCut => {
  const { stream, entriesByWriter, damaged } = entriesByPosition(entries);
  const writers = [...entriesByWriter.keys()].sort();
  const waiting = writers.map((writer) => entriesByWriter.get(writer) as ReadonlyMap<number, Entry>);
  const parts: Admitted[][] = writers.map(() => []);
  const admitted: Admitted[] = [];
  for (let next = nextAdmissible(writers, waiting, parts); next; next = nextAdmissible(writers, waiting, parts)) {
    const item = admit(next.entry, next.writer, admitted.length, { writers, parts });
    admitted.push(item);
    parts[next.writer]?.push(item);
  }
  const cut = Object.fromEntries(
    writers.map((writer, i) => [writer, partLength(parts, i)]).filter(([, seq]) => seq !== 0),
  );
  return { stream, writers, admitted, parts, cut, pending: findPending(writers, waiting, parts), damaged };
};

/** The smaller of two entries: by id, and where ids are equal, by position. */
export const compareEntries = (left: Entry, right: Entry): number =>
  compareText(left.id, right.id) || compareText(left.position, right.position);

export const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

type Parts = readonly (readonly Admitted[])[];
type Waiting = readonly ReadonlyMap<number, Entry>[];

const partLength = (parts: Parts, writer: number): number => parts[writer]?.length ?? 0;

const nextAdmissible = (writers: readonly string[], waiting: Waiting, parts: Parts) => {
  let best: { entry: Entry; writer: number } | undefined;
  for (let writer = 0; writer < writers.length; writer++) {
    const entry = waiting[writer]?.get(partLength(parts, writer) + 1);
    if (!entry || (best && compareEntries(best.entry, entry) <= 0)) continue;
    if (firstUncovered(entry, writer, writers, parts) === undefined) best = { entry, writer };
  }
  return best;
};

/** The writer whose part does not reach what the entry saw of it; its own part is known to. */
const firstUncovered = (entry: Entry, own: number, writers: readonly string[], parts: Parts): string | undefined => {
  for (const writer in entry.seen) {
    const seq = entry.seen[writer] as number;
    if (seq === 0 || writer === writers[own]) continue;
    if (partLength(parts, writers.indexOf(writer)) < seq) return writer;
  }
  return undefined;
};

const admit = (
  entry: Entry,
  writer: number,
  order: number,
  { writers, parts }: { readonly writers: readonly string[]; readonly parts: Parts },
): Admitted => {
  const seq = partLength(parts, writer) + 1;
  const past = new Int32Array(writers.length);
  for (let other = 0; other < writers.length; other++) {
    const seenSeq = other === writer ? seq - 1 : seqAt(entry.seen, writers[other] as string);
    if (seenSeq === 0) continue;
    const last = parts[other]?.[seenSeq - 1];
    invariant(last, 'what an admitted entry saw was admitted before it');
    raise(past, last.past);
    past[other] = Math.max(past[other] as number, seenSeq);
  }
  return { entry, writer, seq, order, past };
};

/** Raises every number of `target` to at least that of `other`. */
export const raise = (target: Int32Array, other: Int32Array): void => {
  for (let i = 0; i < target.length; i++)
    if ((other[i] as number) > (target[i] as number)) target[i] = other[i] as number;
};

const entriesByPosition = (entries: Iterable<Entry>) => {
  const entriesByWriter = new Map<string, Map<number, Entry>>();
  const clashes: { position: string; entries: Entry[] }[] = [];
  let stream = '';
  for (const entry of entries) {
    invariant(stream === '' || stream === entry.stream, 'a fold is of one stream');
    stream = entry.stream;
    const position = parsePosition(entry.position);
    invariant(position, `an entry has a position, not ${entry.position}`);
    const part = entriesByWriter.get(position.writer) ?? new Map<number, Entry>();
    entriesByWriter.set(position.writer, part);
    const other = part.get(position.seq);
    if (!other) part.set(position.seq, entry);
    else if (!isSameEntry(other, entry)) {
      part.set(position.seq, smallerHash(other, entry));
      const clash = clashes.find((it) => it.position === entry.position) ?? {
        position: entry.position,
        entries: [other],
      };
      if (clash.entries.length === 1) clashes.push(clash);
      if (!clash.entries.some((it) => isSameEntry(it, entry))) clash.entries.push(entry);
    }
  }
  return { stream, entriesByWriter, damaged: clashes.flatMap(damagedPosition).sort(compareDamaged) };
};

const isSameEntry = (left: Entry, right: Entry): boolean =>
  left === right || (left.hash === right.hash && entryBody(left) === entryBody(right));

const compareHashes = (left: Entry, right: Entry): number =>
  compareText(left.hash, right.hash) || compareText(entryBody(left), entryBody(right));

const smallerHash = (left: Entry, right: Entry): Entry => (compareHashes(left, right) <= 0 ? left : right);

const damagedPosition = ({ position, entries }: { position: string; entries: Entry[] }): Damaged[] => {
  const [kept, ...dropped] = entries.sort(compareHashes);
  return dropped.map((entry) => ({ position, keptHash: kept?.hash ?? '', droppedHash: entry.hash }));
};

const compareDamaged = (left: Damaged, right: Damaged): number =>
  compareText(left.position, right.position) || compareText(left.droppedHash, right.droppedHash);

const findPending = (writers: readonly string[], waiting: Waiting, parts: Parts): Pending[] =>
  waiting
    .flatMap((part, writer) => {
      const admittedSeq = partLength(parts, writer);
      return [...part]
        .filter(([seq]) => seq > admittedSeq)
        .map(([seq, entry]) => {
          const missing = seq > admittedSeq + 1 ? undefined : firstUncovered(entry, writer, writers, parts);
          const waitsForWriter = missing ?? (writers[writer] as string);
          const waitsFor = { writer: waitsForWriter, seq: partLength(parts, writers.indexOf(waitsForWriter)) + 1 };
          return { id: entry.id, position: entry.position, waitsFor: formatPosition(waitsFor) };
        });
    })
    .sort((left, right) => compareText(left.id, right.id) || compareText(left.position, right.position));
