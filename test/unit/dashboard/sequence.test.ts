import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryGraph } from '../../../domain/ledger/entry-graph.ts';
import { sequenceToMermaid } from '../../../services/dashboard/page/model/mermaid.ts';
import { orderLanes } from '../../../services/dashboard/page/model/order-lanes.ts';
import { type Sequence, toSequence } from '../../../services/dashboard/page/model/sequence.ts';
import { drawSequence, sequenceSizes } from '../../../services/dashboard/page/model/sequence-layout.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { cancelled, noteChanged, packed, paid, placed, tagAdded } from '../../support/builders/retail-drafts.ts';

const [us, eu] = ['us-east-1', 'eu-west-1'] as const;

const splitSequence = (): Sequence => {
  const ledger = createLedger({ regions: [us, eu] });
  ledger.at(us).append(placed());
  ledger.at(us).append(paid());
  ledger.replicateAll();
  ledger.at(us).append(packed());
  ledger.at(eu).append(cancelled());
  ledger.replicateAll();
  ledger.at(us).append([noteChanged('ring twice'), tagAdded('gift')]);
  const graph = orderLanes(entryGraph(ledger.entries()), [us, eu]);
  return toSequence(graph, (position) => (position.startsWith('eu') ? 'rejected' : undefined));
};

describe('the sequence of entries', () => {
  it('has a row for each entry, and before it one for what its region first knows of another', () => {
    expect(sequenceToMermaid(splitSequence())).toBe(`sequenceDiagram
  participant callers
  participant r0 as us-east-1
  participant r1 as eu-west-1
  callers->>r0: us-east-1:1 api: OrderPlaced
  callers->>r0: us-east-1:2 psp: PaymentCaptured
  callers->>r0: us-east-1:3 warehouse: OrderPacked
  r0-->>r1: saw us-east-1:2
  callers-xr1: eu-west-1:1 api: OrderCancelled (rejected)
  r1-->>r0: saw eu-west-1:1
  callers->>r0: us-east-1:4 api: NoteChanged, TagAdded
`);
  });

  it('is drawn with a line for each region and a place of its own for each row', () => {
    const { lifelines, entries, notices, width, height } = drawSequence(splitSequence());

    expect(lifelines.map(({ region }) => region)).toEqual([us, eu]);
    const places = [...entries, ...notices].map(({ y }) => y);
    expect(new Set(places).size).toBe(7);
    expect(Math.max(...places)).toBeLessThan(height);
    expect(Math.max(...entries.map(({ x }) => x + sequenceSizes.column))).toBeLessThanOrEqual(width);
    expect(entries.filter(({ remark }) => remark !== undefined).map(({ text }) => text)).toEqual([
      'api: OrderCancelled',
    ]);
  });
});

describe('the Mermaid text of a sequence', () => {
  it('keeps whatever others wrote on its line, as characters', () => {
    const pieces = [
      'a',
      '7',
      ' ',
      '#',
      ';',
      ':',
      '\n',
      '\r',
      '<',
      '>',
      '%%',
      '{',
      '"',
      '->>',
      'end',
      '#35;',
      '\u202e',
      '🛒',
    ];
    const foreign = fc.string({ unit: fc.constantFrom(...pieces), minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(foreign, foreign, foreign, (region, source, type) => {
        const row = { kind: 'entry', lane: 0, position: 'x', source, types: [type], remark: undefined } as const;
        const lines = sequenceToMermaid({ lanes: [region], rows: [row] }).split('\n');
        expect(lines).toHaveLength(5);
        const [name, message] = [
          lines[2]?.slice('  participant r0 as '.length),
          lines[3]?.slice('  callers->>r0: '.length),
        ];
        for (const text of [name, message]) expect(text).toMatch(/^(?:[A-Za-z0-9 .,:()/_-]|#\d+;)*$/);
        expect(decode(name ?? '')).toBe(region.replaceAll('\n', ' '));
        expect(decode(message ?? '')).toBe(`x ${source}: ${type}`.replaceAll('\n', ' '));
      }),
    );
  });

  it('cuts what is too long to read', () => {
    const row = {
      kind: 'entry',
      lane: 0,
      position: 'x',
      source: 'api',
      types: ['T'.repeat(500)],
      remark: undefined,
    } as const;
    const text = sequenceToMermaid({ lanes: [us], rows: [row] });

    expect(text.length).toBeLessThan(300);
    expect(text).toContain('TTT...');
  });
});

const decode = (text: string): string =>
  text.replaceAll(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
