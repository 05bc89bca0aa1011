import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPosition } from '../../../domain/ledger/position.ts';
import {
  cutSize,
  formatWindowEnd,
  partRanges,
  readWindowEnd,
  takeWindow,
  windowEndAround,
} from '../../../services/dashboard/page/model/entry-window.ts';

const [us, eu] = ['us-east-1', 'eu-west-1'] as const;

/** `u` and `e` by turns as the text says, with ids that grow. */
const entriesOf = (turns: string) => {
  const seqs = { [us]: 0, [eu]: 0 };
  return [...turns].map((turn, i) => {
    const writer = turn === 'u' ? us : eu;
    seqs[writer] += 1;
    return { id: String(i).padStart(26, '0'), position: formatPosition({ writer, seq: seqs[writer] }) };
  });
};

const cutOf = (turns: string) => ({
  [us]: [...turns].filter((it) => it === 'u').length,
  [eu]: [...turns].filter((it) => it === 'e').length,
});

describe('the window of entries', () => {
  it('holds the newest ids and says what lies before', () => {
    const turns = 'uueueuee';
    const window = takeWindow(entriesOf(turns), cutOf(turns), 3);

    expect(window.entries.map(({ id }) => Number(id))).toEqual([5, 6, 7]);
    expect(window.before).toEqual({ [us]: 3, [eu]: 2 });
  });

  it('is followed by the one before it without a gap, down to the first entry', () => {
    const turns = fc.stringMatching(/^[ue]{1,60}$/);
    fc.assert(
      fc.property(turns, fc.integer({ min: 1, max: 20 }), (text, size) => {
        const entries = entriesOf(text);
        const found: (typeof entries)[number][] = [];
        let end: Readonly<Record<string, number>> = cutOf(text);
        while (cutSize(end) > 0) {
          const window = takeWindow(entries, end, size);
          expect(window.entries).toHaveLength(Math.min(size, cutSize(end)));
          found.unshift(...window.entries);
          end = window.before;
        }
        expect(found).toEqual(entries);
      }),
    );
  });

  it('needs no more of each part than the ranges say', () => {
    const turns = 'u'.repeat(30) + 'e'.repeat(2) + 'u'.repeat(30);
    const ranges = partRanges(cutOf(turns), cutOf(turns), 5);

    expect(ranges).toEqual([
      { writer: eu, after: undefined, lastSeq: 2 },
      { writer: us, after: 'us-east-1/0000000055', lastSeq: 60 },
    ]);
    const read = entriesOf(turns).filter(({ position }) => position > 'us-east-1/0000000055' || position < 'us');
    expect(takeWindow(read, cutOf(turns), 5)).toEqual(takeWindow(entriesOf(turns), cutOf(turns), 5));
  });

  it('reads a short part from the end of the part before it', () => {
    expect(partRanges({ [eu]: 300, [us]: 4 }, { [eu]: 310, [us]: 6 }, 200)).toEqual([
      { writer: eu, after: 'eu-west-1/0000000100', lastSeq: 310 },
      { writer: us, after: 'eu-west-1/0000000310', lastSeq: 6 },
    ]);
  });

  it('ends where the entries end, when not all could be read', () => {
    const window = takeWindow(entriesOf('uuu'), { [us]: 9 }, 2);

    expect(window.upTo).toEqual({ [us]: 3 });
    expect(window.before).toEqual({ [us]: 1 });
  });

  it('stands in the address as a token, and as nothing when it is the newest', () => {
    expect(readWindowEnd(formatWindowEnd({ [us]: 7, [eu]: 3 }))).toEqual({ [us]: 7, [eu]: 3 });
    expect(readWindowEnd(formatWindowEnd(undefined))).toBeUndefined();
    expect(readWindowEnd('no token')).toBeUndefined();
  });

  it('can be put around an entry whose neighbours are known', () => {
    const turns = 'uuuuuueuuu';
    const known = entriesOf(turns).slice(2);
    const end = windowEndAround(known, known[2]?.id ?? '', 4);

    expect(end).toEqual({ [us]: 6, [eu]: 0 });
    expect(takeWindow(entriesOf(turns), end ?? {}, 4).entries).toContainEqual(known[2]);
    expect(windowEndAround(known, known.at(-1)?.id ?? '', 4)).toBeUndefined();
  });
});
