/**
 * Reference fold, part 1: which entries take part, and who saw what.
 *
 * Written from DESIGN.md section 5 for clarity alone, quadratic and worse. Shares no code with domain/fold, so that a
 * mistake there cannot hide here.
 */
import { decodeTime } from 'ulid';
import type { Entry, LedgerEvent } from '../../../domain/ledger/entry.ts';
import { canonicalJson } from '../../../domain/ledger/entry-hash.ts';
import { parsePosition } from '../../../domain/ledger/position.ts';
import { type EventType, type Lifecycle, resolutionType } from '../../../domain/lifecycle/define-lifecycle.ts';
import type { ResolutionPayload } from '../../../domain/lifecycle/resolution-events.ts';

/** An event in its newest version. */
export interface Event {
  readonly id: string;
  readonly type: EventType;
  readonly data: Readonly<Record<string, unknown>>;
  /** What a person decided, if that is what the event says. */
  readonly resolution: ResolutionPayload | undefined;
}

/** An entry of the closed cut. */
export interface Node {
  readonly entry: Entry;
  readonly writer: string;
  readonly seq: number;
  /** Everything that it saw: what its writer had folded, and what those entries saw. */
  readonly past: ReadonlySet<Node>;
  readonly events: readonly Event[];
}

export interface Admission {
  /** In the order in which they were admitted. */
  readonly nodes: readonly Node[];
  readonly cut: Readonly<Record<string, number>>;
  readonly pending: readonly Entry[];
}

/** The closed cut without its void entries: those count in it, and are seen by nobody. */
export const admit = (entries: Iterable<Entry>, lifecycle: Lifecycle): Admission => {
  const waiting = oneEntryPerPosition(entries).sort(byIdThenPosition);
  const cut: Record<string, number> = {};
  const admitted: Node[] = [];
  for (;;) {
    const index = waiting.findIndex((entry) => isNext(entry, cut));
    if (index < 0) break;
    const [entry] = waiting.splice(index, 1) as [Entry];
    const { writer, seq } = positionOf(entry);
    const past = pastOf(entry, admitted);
    admitted.push({
      entry,
      writer,
      seq,
      past,
      events: entry.events.flatMap((event) => readEvent(event, lifecycle) ?? []),
    });
    cut[writer] = seq;
  }
  const nonVoid = withoutVoid(admitted);
  return { nodes: nonVoid, cut, pending: waiting };
};

export const byIdThenPosition = (left: Entry, right: Entry): number =>
  compare(left.id, right.id) || compare(left.position, right.position);

export const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const oneEntryPerPosition = (entries: Iterable<Entry>): Entry[] => {
  const smallestFirst = [...entries].sort(
    (left, right) => compare(left.hash, right.hash) || compare(canonicalJson(left), canonicalJson(right)),
  );
  const kept = new Map<string, Entry>();
  for (const entry of smallestFirst) if (!kept.has(entry.position)) kept.set(entry.position, entry);
  return [...kept.values()];
};

const isNext = (entry: Entry, cut: Readonly<Record<string, number>>): boolean => {
  const { writer, seq } = positionOf(entry);
  const others = Object.entries(entry.seen).filter(([other]) => other !== writer);
  return seq === (cut[writer] ?? 0) + 1 && others.every(([other, seen]) => (cut[other] ?? 0) >= seen);
};

const pastOf = (entry: Entry, admitted: readonly Node[]): Set<Node> => {
  const { writer, seq } = positionOf(entry);
  const seen = { ...entry.seen, [writer]: seq - 1 };
  const direct = admitted.filter((node) => node.seq <= (seen[node.writer] ?? 0));
  return new Set(direct.flatMap((node) => [node, ...node.past]));
};

const positionOf = (entry: Entry) => {
  const position = parsePosition(entry.position);
  if (!position) throw new Error(`no position: ${entry.position}`);
  return position;
};

const readEvent = ({ id, type: name, v, data }: LedgerEvent, lifecycle: Lifecycle): Event | undefined => {
  const type = lifecycle.eventTypes.get(name);
  const checked = type?.versions[v - 1]?.schema.safeParse(data);
  if (!type || !checked?.success) return undefined;
  const stored = checked.data as Record<string, unknown>;
  const newest = type.versions.slice(v).reduce((older, { upcast }) => (upcast ? upcast(older) : older), stored);
  return {
    id,
    type,
    data: newest,
    resolution: name === resolutionType ? (checked.data as ResolutionPayload) : undefined,
  };
};

const withoutVoid = (admitted: readonly Node[]): Node[] => {
  const malformed = new Set<Node>();
  for (const node of admitted) if (isFromTheFuture(node, malformed)) malformed.add(node);
  const isVoid = (node: Node) => malformed.has(node) || node.events.length < node.entry.events.length;
  const kept = new Map<Node, Node>();
  for (const node of admitted) {
    const past = new Set([...node.past].flatMap((seen) => kept.get(seen) ?? []));
    if (!isVoid(node)) kept.set(node, { ...node, past });
  }
  return [...kept.values()];
};

/** More than a day past its writer's own clock and past every sound id that it saw. */
const isFromTheFuture = ({ entry, past }: Node, malformed: ReadonlySet<Node>): boolean => {
  if (entry.recordedAt === undefined) return false;
  const dayMs = 24 * 3600 * 1000;
  const timesMs = [...past].filter((node) => !malformed.has(node)).map((node) => decodeTime(node.entry.id));
  return [entry.recordedAt, ...timesMs].every((timeMs) => decodeTime(entry.id) > timeMs + dayMs);
};
