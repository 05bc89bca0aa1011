import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { type EntryGraph, entryGraph } from '../../../domain/ledger/entry-graph.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { cancelled, noteChanged, packed, paid, placed, shipped } from '../../support/builders/retail-drafts.ts';

const [us, eu, ap] = ['us-east-1', 'eu-west-1', 'ap-south-1'] as const;

const shortName = ({ position }: Pick<Entry, 'position'>): string => position.replace(/-.*\/0*/, '');
const namesOf = ({ nodes }: EntryGraph): readonly string[] => nodes.map(({ entry }) => shortName(entry));
const edgesOf = (graph: EntryGraph): readonly string[] =>
  graph.edges.map(({ from, to }) => `${namesOf(graph)[from]} > ${namesOf(graph)[to]}`);

/** Placed and paid in the first region, then shipped here and cancelled there, neither knowing of the other. */
const splitOrder = () => {
  const ledger = createLedger({ regions: [us, eu] });
  ledger.at(us).append(placed());
  ledger.at(us).append(paid());
  ledger.replicateAll();
  ledger.at(us).append(packed());
  ledger.at(eu).append(cancelled());
  ledger.at(us).append(shipped());
  return ledger;
};

describe('the graph of entries', () => {
  it('has a lane for each region and an edge for what was seen last', () => {
    const graph = entryGraph(splitOrder().entries());

    expect(graph.lanes).toEqual([eu, us]);
    expect(namesOf(graph)).toEqual(['us1', 'us2', 'us3', 'eu1', 'us4']);
    expect(graph.nodes.map(({ lane }) => lane)).toEqual([1, 1, 1, 0, 1]);
    expect(edgesOf(graph)).toEqual(['us1 > us2', 'us2 > us3', 'us2 > eu1', 'us3 > us4']);
  });

  it('says nothing twice: who saw an entry saw what that one had seen', () => {
    const ledger = createLedger({ regions: [us, eu, ap] });
    ledger.at(us).append(placed());
    ledger.replicateAll();
    ledger.at(eu).append(noteChanged('ring twice'));
    ledger.replicateAll();
    ledger.at(ap).append(noteChanged('ring twice'));

    expect(edgesOf(entryGraph(ledger.entries()))).toEqual(['us1 > eu1', 'eu1 > ap1']);
  });

  it('is the same in any order of arrival', () => {
    const entries = splitOrder().entries();
    expect(entryGraph(entries.toReversed())).toEqual(entryGraph(entries));
  });

  it('names what an entry had seen and is not there, and leads to the nearest before it', () => {
    const ledger = splitOrder();
    ledger.replicateAll();
    ledger.at(eu).append(noteChanged('ring twice'));
    const withoutTheLast = ledger.entries().filter((entry) => !['us4', 'eu1'].includes(shortName(entry)));
    const graph = entryGraph(withoutTheLast);

    expect(edgesOf(graph)).toEqual(['us1 > us2', 'us2 > us3', 'us3 > eu2']);
    expect(graph.nodes.at(-1)).toMatchObject({
      missing: ['us-east-1/0000000004', 'eu-west-1/0000000001'],
      past: { [us]: 4, [eu]: 1 },
    });
  });

  it('puts on a strongly consistent ledger each entry in the lane of the region that accepted it', () => {
    const chain = [us, eu, us].map((region, i) => ({
      id: `0000000000000000000000000${i}`,
      position: `global/000000000${i + 1}`,
      region,
      seen: { global: i },
    }));
    const graph = entryGraph(chain);

    expect(graph.lanes).toEqual([eu, us]);
    expect(graph.nodes.map(({ lane }) => lane)).toEqual([1, 0, 1]);
    expect(graph.edges).toEqual([
      { from: 0, to: 1 },
      { from: 1, to: 2 },
    ]);
  });

  it('takes entries that claim to have seen each other, and ends', () => {
    const claims = [
      { id: '00000000000000000000000001', position: 'us-east-1/0000000001', region: us, seen: { [eu]: 1 } },
      { id: '00000000000000000000000002', position: 'eu-west-1/0000000001', region: eu, seen: { [us]: 1 } },
    ];
    const graph = entryGraph(claims);

    expect(edgesOf(graph)).toEqual(['us1 > eu1']);
    expect(graph.nodes[0]?.missing).toEqual(['eu-west-1/0000000001']);
  });

  it('draws 10,000 entries of two regions that write by turns without making anybody wait', () => {
    const entries = Array.from({ length: 10_000 }, (_, i) => {
      const [region, other] = i % 2 === 0 ? [us, eu] : [eu, us];
      const seq = Math.floor(i / 2) + 1;
      return {
        id: String(i).padStart(26, '0'),
        position: `${region}/${String(seq).padStart(10, '0')}`,
        region,
        seen: { [region]: seq - 1, [other]: Math.ceil(i / 2) },
      };
    });
    const graph = entryGraph(entries);

    expect(graph.nodes).toHaveLength(10_000);
    expect(graph.edges).toHaveLength(9_999);
  });
});
