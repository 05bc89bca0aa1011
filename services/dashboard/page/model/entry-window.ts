/**
 * The part of an order's entries that is shown at once: an order may have 10,000, and nobody reads them all.
 *
 * A window is what lies between two cuts, so it can be named by where it ends, as a token, and the one before it begins
 * where it does. Within a window entries are those with the largest ids, as far as every region's own order allows. Pure.
 */
import { type Cut, coversEntry, cutToToken, parseToken, seqAt } from '../../../../domain/ledger/cut.ts';
import { formatPosition, parsePosition } from '../../../../domain/ledger/position.ts';

export const windowEntriesMax = 200;

/** What has to be read of one writer's part. */
export interface PartRange {
  readonly writer: string;
  /** The position after which to read; undefined from the very beginning. */
  readonly after: string | undefined;
  readonly lastSeq: number;
}

/**
 * Finds the window that ends at `upTo`, and beyond it what is to be read as well, up to `end`. In the order in which the API
 * pages, position by position.
 */
export const partRanges = (upTo: Cut, end: Cut = upTo, size = windowEntriesMax): readonly PartRange[] => {
  const writers = Object.keys(end)
    .filter((writer) => seqAt(end, writer) > 0)
    .sort((left, right) => (`${left}/` < `${right}/` ? -1 : 1));
  return writers.map((writer, i) => {
    const lastSeq = seqAt(end, writer);
    const firstSeq = Math.max(0, seqAt(upTo, writer) - size);
    if (firstSeq > 0) return { writer, after: formatPosition({ writer, seq: firstSeq }), lastSeq };
    // No position comes before a part's first: the end of the part before it does.
    const before = writers[i - 1];
    return { writer, after: before && formatPosition({ writer: before, seq: seqAt(end, before) }), lastSeq };
  });
};

export interface EntryWindow<Item> {
  readonly entries: readonly Item[];
  /** All that lies before the window; empty when nothing does. */
  readonly before: Cut;
  /** All that lies before it or in it. */
  readonly upTo: Cut;
}

interface Placed {
  readonly id: string;
  readonly position: string;
}

/** `size` of the newest of `entries`, which hold the end of every part up to `end`, gapless, or end sooner. */
export const takeWindow = <Item extends Placed>(
  entries: readonly Item[],
  end: Cut,
  size = windowEntriesMax,
): EntryWindow<Item> => {
  const parts = Map.groupBy(entries.filter((entry) => coversEntry(end, entry)).sort(byPosition), writerOf);
  const upTo = { ...end, ...Object.fromEntries([...parts].map(([writer, part]) => [writer, lastSeqOf(part)])) };
  const taken: Item[] = [];
  while (taken.length < size) {
    let newest: Item[] | undefined;
    for (const part of parts.values()) if (part.length > 0 && lastId(part) > lastId(newest)) newest = part;
    const entry = newest?.pop();
    if (!entry) break;
    taken.push(entry);
  }
  const counts = Map.groupBy(taken, writerOf);
  const before = Object.entries(upTo).map(
    ([writer, seq]) => [writer, seq - (counts.get(writer)?.length ?? 0)] as const,
  );
  return { entries: taken.reverse(), before: Object.fromEntries(before.filter(([, seq]) => seq > 0)), upTo };
};

const byPosition = (left: Placed, right: Placed): number => (left.position < right.position ? -1 : 1);
const writerOf = ({ position }: Placed): string => parsePosition(position)?.writer ?? '';
const lastSeqOf = (part: readonly Placed[]): number => parsePosition(part.at(-1)?.position ?? '')?.seq ?? 0;
const lastId = (part: readonly Placed[] | undefined): string => part?.at(-1)?.id ?? '';

/** As the address has it; undefined for the newest entries, also where the text is no token. */
export const readWindowEnd = (text: string | undefined): Cut | undefined =>
  text === undefined || text === '' ? undefined : parseToken(text);

export const formatWindowEnd = (cut: Cut | undefined): string => (cut ? cutToToken(cut) : '');

/** The end of a window that has the entry `id` in its middle, by what is known of its neighbours; undefined for the newest. */
export const windowEndAround = (known: readonly Placed[], id: string, size = windowEntriesMax): Cut | undefined => {
  const sorted = [...known].sort((left, right) => (left.id < right.id ? -1 : 1));
  const end = sorted.findIndex((it) => it.id === id) + Math.floor(size / 2);
  if (end >= sorted.length) return undefined;
  // Whatever is older than all that is known of a writer lies before.
  const cut: Record<string, number> = {};
  for (const { writer, seq } of sorted.flatMap(toPosition)) cut[writer] = Math.min(cut[writer] ?? seq, seq - 1);
  for (const { writer, seq } of sorted.slice(0, end).flatMap(toPosition))
    cut[writer] = Math.max(seqAt(cut, writer), seq);
  return cut;
};

const toPosition = ({ position }: Placed) => parsePosition(position) ?? [];

/** How many entries a cut holds. */
export const cutSize = (cut: Cut): number => Object.values(cut).reduce((sum, seq) => sum + seq, 0);
