/**
 * The entries of one stream as a graph: which entry had seen which, said with as few edges as say it all.
 *
 * What an entry saw of a writer is a prefix of that writer's part, so its last entry stands for all of it; and of those
 * last ones, one that another had seen needs no edge of its own. What is left is the transitive reduction. Takes any set of
 * entries, also a part of a stream: what an entry saw and is not among them is named, and the nearest before it that is
 * among them has the edge. Entries that claim to have seen each other, which no honest writer can, lose one edge.
 */
import { invariant } from '../kernel/invariant.ts';
import { type Cut, seqAt } from './cut.ts';
import type { Entry } from './entry.ts';
import { formatPosition, parsePosition } from './position.ts';

export type GraphEntry = Pick<Entry, 'id' | 'position' | 'region' | 'seen'>;

export interface EntryGraph<Item extends GraphEntry = GraphEntry> {
  /** The regions that accepted an entry, by name. */
  readonly lanes: readonly string[];
  /** Causes before effects; of those that may come next, the smallest id first. */
  readonly nodes: readonly EntryNode<Item>[];
  /** The direct ones, as indices of nodes: `to` had seen `from`, and no entry in between. */
  readonly edges: readonly EntryEdge[];
}

export interface EntryNode<Item extends GraphEntry = GraphEntry> {
  readonly entry: Item;
  /** Index of the region that accepted it. */
  readonly lane: number;
  /** All that it had seen, and what those had seen, as far as they are here. */
  readonly past: Cut;
  /** Positions that it had seen last of a writer and that are not among the entries. */
  readonly missing: readonly string[];
}

export interface EntryEdge {
  readonly from: number;
  readonly to: number;
}

/** Of two entries at one position the first counts. */
export const entryGraph = <Item extends GraphEntry>(entries: Iterable<Item>): EntryGraph<Item> => {
  const parts = partsByWriter(entries);
  const lanes = [...new Set(parts.flatMap(({ items }) => items.map(({ entry }) => entry.region)))].sort();
  const nodes: EntryNode<Item>[] = [];
  const edges: EntryEdge[] = [];
  for (let part = nextToPlace(parts); part; part = nextToPlace(parts)) {
    const { entry, seq } = headOf(part);
    const causes = causesOf({ entry, seq, writer: part.writer }, parts);
    const isSeenByAnother = (cause: Cause, upTo: number): boolean =>
      causes.some((other) => other !== cause && seqAt(other.at?.past ?? {}, cause.writer) >= upTo);
    for (const cause of causes)
      if (cause.at && !isSeenByAnother(cause, cause.at.seq)) edges.push({ from: cause.at.index, to: nodes.length });
    const past = pastOf(causes);
    part.placed.push({ seq, index: nodes.length, past });
    nodes.push({
      entry,
      lane: lanes.indexOf(entry.region),
      past,
      missing: causes.filter((it) => it.at?.seq !== it.seq && !isSeenByAnother(it, it.seq)).map(formatPosition),
    });
  }
  return { lanes, nodes, edges };
};

/** What one writer has written, in order of seq. */
interface Part<Item> {
  readonly writer: string;
  readonly items: readonly { readonly entry: Item; readonly seq: number }[];
  /** Those of them that are nodes. */
  readonly placed: Placed[];
}

interface Placed {
  readonly seq: number;
  readonly index: number;
  readonly past: Cut;
}

/** What an entry saw last of a writer. */
interface Cause {
  readonly writer: string;
  readonly seq: number;
  /** The nearest to it that is a node, not beyond it. */
  readonly at: Placed | undefined;
}

const partsByWriter = <Item extends GraphEntry>(entries: Iterable<Item>): readonly Part<Item>[] => {
  const byWriter = new Map<string, Map<number, Item>>();
  for (const entry of entries) {
    const position = parsePosition(entry.position);
    invariant(position, `an entry has a position, not ${entry.position}`);
    const bySeq = byWriter.get(position.writer) ?? new Map<number, Item>();
    byWriter.set(position.writer, bySeq);
    if (!bySeq.has(position.seq)) bySeq.set(position.seq, entry);
  }
  return [...byWriter]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([writer, bySeq]) => ({
      writer,
      items: [...bySeq].map(([seq, entry]) => ({ seq, entry })).sort((left, right) => left.seq - right.seq),
      placed: [],
    }));
};

/** The part whose next entry comes next; undefined when all are nodes. */
const nextToPlace = <Item extends GraphEntry>(parts: readonly Part<Item>[]): Part<Item> | undefined => {
  const waiting = parts.filter(({ items, placed }) => placed.length < items.length);
  return smallestHead(waiting.filter((part) => isReady(part, parts))) ?? smallestHead(waiting);
};

const headOf = <Item>({ items, placed }: Part<Item>) => {
  const head = items[placed.length];
  invariant(head, 'a part that waits has a next entry');
  return head;
};

const smallestHead = <Item extends GraphEntry>(parts: readonly Part<Item>[]): Part<Item> | undefined => {
  let best: Part<Item> | undefined;
  for (const part of parts) if (!best || headOf(part).entry.id < headOf(best).entry.id) best = part;
  return best;
};

/** Whether all that the next entry saw of the other parts, and that is here, is a node. */
const isReady = <Item extends GraphEntry>(part: Part<Item>, parts: readonly Part<Item>[]): boolean => {
  const { seen } = headOf(part).entry;
  return parts.every((other) => {
    const next = other.items[other.placed.length];
    return other === part || next === undefined || next.seq > seqAt(seen, other.writer);
  });
};

const causesOf = (
  { entry, seq, writer: own }: { readonly entry: GraphEntry; readonly seq: number; readonly writer: string },
  parts: readonly Part<GraphEntry>[],
): readonly Cause[] =>
  Object.entries({ ...entry.seen, [own]: seq - 1 })
    .filter(([, lastSeq]) => lastSeq > 0)
    .map(([writer, lastSeq]) => ({
      writer,
      seq: lastSeq,
      at: lastUpTo(parts.find((part) => part.writer === writer)?.placed ?? [], lastSeq),
    }));

const lastUpTo = (placed: readonly Placed[], seq: number): Placed | undefined => {
  let low = 0;
  let high = placed.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((placed[middle] as Placed).seq <= seq) low = middle + 1;
    else high = middle;
  }
  return placed[low - 1];
};

const pastOf = (causes: readonly Cause[]): Cut => {
  const past: Record<string, number> = {};
  const raise = (writer: string, seq: number): void => {
    past[writer] = Math.max(seqAt(past, writer), seq);
  };
  for (const { writer, seq, at } of causes) {
    raise(writer, seq);
    for (const [other, otherSeq] of Object.entries(at?.past ?? {})) raise(other, otherSeq);
  }
  return past;
};
