/**
 * Reference fold, part 2: one idempotency key, one effect. What is left takes part in the history.
 */
import { canonicalJson } from '../../../domain/ledger/entry-hash.ts';
import { byIdThenPosition, type Node } from './admission.ts';

/** An entry of the history. */
export interface Participant extends Node {
  readonly past: ReadonlySet<Participant>;
  /** The second payload under an idempotency key: legal nowhere, writes nothing, moves no money. */
  readonly isKeyReused: boolean;
}

export interface Participants {
  /** In the order in which they were admitted. */
  readonly participants: readonly Participant[];
  readonly duplicates: readonly Node[];
}

export const findParticipants = (nodes: readonly Node[]): Participants => {
  const repeats = new Map<Node, Node>();
  const keyReused = new Set<Node>();
  for (const sameKey of groupBy(nodes, (node) => node.entry.idempotencyKey).values()) {
    const firsts: Node[] = [];
    for (const [first, ...others] of groupBy(sameKey, payloadOf).values()) {
      if (first) firsts.push(first);
      for (const other of others) if (first) repeats.set(other, first);
    }
    for (const second of firsts.slice(1)) keyReused.add(second);
  }
  const participants = new Map<Node, Participant>();
  for (const node of nodes) {
    const past = new Set([...node.past].flatMap((seen) => whatItStandsFor(seen, { nodes, repeats, participants })));
    if (!repeats.has(node)) participants.set(node, { ...node, past, isKeyReused: keyReused.has(node) });
  }
  return { participants: [...participants.values()], duplicates: [...repeats.keys()] };
};

/** Who saw a duplicate saw the entry that it repeats, if that was there before it. */
const whatItStandsFor = (
  seen: Node,
  {
    nodes,
    repeats,
    participants,
  }: { nodes: readonly Node[]; repeats: ReadonlyMap<Node, Node>; participants: ReadonlyMap<Node, Participant> },
): Participant[] => {
  const first = repeats.get(seen) ?? seen;
  const wasThere = nodes.indexOf(first) <= nodes.indexOf(seen);
  const participant = participants.get(first);
  return wasThere && participant ? [participant] : [];
};

const payloadOf = ({ entry }: Node): string =>
  entry.payloadHash ?? canonicalJson(entry.events.map(({ type, v, data }) => [type, v, data]));

/** Groups in order of their smallest (id, position), and so their members. */
const groupBy = (nodes: readonly Node[], keyOf: (node: Node) => string | undefined): Map<string, Node[]> => {
  const groups = new Map<string, Node[]>();
  for (const node of [...nodes].sort((left, right) => byIdThenPosition(left.entry, right.entry))) {
    const key = keyOf(node);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  return groups;
};
