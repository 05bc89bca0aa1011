/** The graph of entries says exactly what the entries say: its edges, followed, are what each had seen, and none is idle. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coversEntry, seqAt } from '../../domain/ledger/cut.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { type EntryEdge, type EntryGraph, entryGraph } from '../../domain/ledger/entry-graph.ts';
import { streams } from '../support/arbitraries/streams.ts';
import { retailVocabulary } from '../support/arbitraries/vocabularies.ts';
import { createSeededRandom } from '../support/builders/seeded-random.ts';

const randomStreams = streams(retailVocabulary, { entriesMax: 20, resolutionsMax: 3 });
const numRuns = 1_000;

/** For each node, the indices of all that lie before it on some path. */
const closure = (size: number, edges: readonly EntryEdge[]): readonly ReadonlySet<number>[] => {
  const before = Array.from({ length: size }, () => new Set<number>());
  for (const { from, to } of [...edges].sort((left, right) => left.to - right.to)) {
    before[to]?.add(from);
    for (const earlier of before[from] ?? []) before[to]?.add(earlier);
  }
  return before;
};

/** The same from what the entries themselves say, pair by pair. */
const claimed = ({ nodes }: EntryGraph<Entry>): readonly ReadonlySet<number>[] => {
  const pairs = nodes.flatMap((later, to) =>
    nodes.flatMap((earlier, from) => (from < to && hadSeen(later.entry, earlier.entry) ? [{ from, to }] : [])),
  );
  return closure(nodes.length, pairs);
};

const hadSeen = (later: Entry, earlier: Entry): boolean =>
  later.region === earlier.region ? earlier.seq < later.seq : seqAt(later.seen, earlier.region) >= earlier.seq;

const indices = (sets: readonly ReadonlySet<number>[]) => sets.map((set) => [...set].sort((a, b) => a - b));

const check = (holds: (entries: readonly Entry[]) => void): void =>
  fc.assert(fc.property(randomStreams, holds), { numRuns });

describe('the graph of the entries of random streams', () => {
  it('has edges that say, followed, exactly what each entry had seen', () => {
    check((entries) => {
      const graph = entryGraph(entries);
      expect(indices(closure(graph.nodes.length, graph.edges))).toEqual(indices(claimed(graph)));
      const past = graph.nodes.map(({ past: cut }) =>
        graph.nodes.flatMap(({ entry }, i) => (coversEntry(cut, entry) ? [i] : [])),
      );
      expect(past).toEqual(indices(claimed(graph)));
    });
  });

  it('has no edge that could be left out', () => {
    check((entries) => {
      const { nodes, edges } = entryGraph(entries);
      for (const edge of edges) {
        const others = edges.filter((it) => it !== edge);
        expect(closure(nodes.length, others)[edge.to]?.has(edge.from)).toBe(false);
      }
    });
  });

  it('holds every position once, causes before effects, whatever the order of arrival', () => {
    check((entries) => {
      const { nodes, edges } = entryGraph(entries);
      expect(new Set(nodes.map(({ entry }) => entry.position))).toEqual(
        new Set(entries.map(({ position }) => position)),
      );
      expect(nodes).toHaveLength(new Set(entries.map(({ position }) => position)).size);
      for (const { from, to } of edges) expect(from).toBeLessThan(to);
      const distinct = nodes.map(({ entry }) => entry);
      const shuffled = distinct.toSorted(byChance(distinct.length));
      expect(entryGraph(shuffled)).toEqual(entryGraph(distinct));
    });
  });
});

const byChance = (seed: number): (() => number) => {
  const random = createSeededRandom(seed);
  return () => random() - 0.5;
};
