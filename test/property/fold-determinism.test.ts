/**
 * The fold is a function of the set of entries: the same state in every region, for every order of delivery and every
 * repetition, and the state that the design says, as a brute-force reference computes it. A failure prints the seed and
 * the smallest stream that fast-check found.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '../../domain/fold/fold.ts';
import { type FoldedStream, isOpen, rejectedIds } from '../../domain/fold/folded-stream.ts';
import { coversCut, emptyCut } from '../../domain/ledger/cut.ts';
import { type Entry, entrySchema } from '../../domain/ledger/entry.ts';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import { streams } from '../support/arbitraries/streams.ts';
import { retailVocabulary, undecidedVocabulary, workOrderVocabulary } from '../support/arbitraries/vocabularies.ts';
import { createSeededRandom } from '../support/builders/seeded-random.ts';
import { foldedToLine } from '../support/fold-line.ts';
import { referenceFold } from '../support/reference-fold.ts';

const vocabularies = [
  { ...retailVocabulary, referenceRuns: 10_000 },
  { ...workOrderVocabulary, referenceRuns: 5_000 },
  { ...undecidedVocabulary, referenceRuns: 5_000 },
];
const deliverySeed = fc.nat();

describe.each(vocabularies)('the fold of random $name streams', (vocabulary) => {
  const { lifecycle, referenceRuns } = vocabulary;
  const foldAll = (entries: Iterable<Entry>): FoldedStream => fold(entries, lifecycle);

  it('equals the reference fold, byte for byte the same in any order of arrival and with repetitions', () => {
    const equalsReference = (entries: readonly Entry[], seed: number) => {
      const folded = foldAll(entries);
      expect(foldedToLine(folded)).toEqual(referenceFold(entries, lifecycle));
      expect(JSON.stringify(foldAll(shuffledAndRepeated(entries, seed)))).toBe(JSON.stringify(folded));
    };
    fc.assert(fc.property(streams(vocabulary), deliverySeed, equalsReference), { numRuns: referenceRuns });
  });

  it('is byte for byte the same for long streams, too', () => {
    const ignoresDelivery = (entries: readonly Entry[], seed: number) => {
      expect(JSON.stringify(foldAll(shuffledAndRepeated(entries, seed)))).toBe(JSON.stringify(foldAll(entries)));
    };
    const longStreams = streams(vocabulary, { entriesMax: 40, resolutionsMax: 6 });
    fc.assert(fc.property(longStreams, deliverySeed, ignoresDelivery), { numRuns: 300 });
  });

  it('converges once everything has arrived, and no cut ever shrinks on the way', () => {
    const converges = (entries: readonly Entry[], seed: number) => {
      const replica: Entry[] = [];
      let cut = emptyCut;
      for (const entry of shuffledAndRepeated(entries, seed)) {
        replica.push(entry);
        const folded = foldAll(replica);
        expect(coversCut(folded.cut, cut)).toBe(true);
        cut = folded.cut;
      }
      expect(JSON.stringify(foldAll(replica))).toBe(JSON.stringify(foldAll(entries)));
    };
    fc.assert(fc.property(streams(vocabulary), deliverySeed, converges), { numRuns: 500 });
  });

  it('takes no notice of pending entries but to list them', () => {
    const isClosed = (entries: readonly Entry[], lost: number) => {
      const { position } = entries[lost % entries.length] as Entry;
      const { pending, ...folded } = foldAll(entries.filter((entry) => entry.position !== position));
      const missing = new Set([position, ...pending.map((it) => it.position)]);
      const arrived = entries.filter((entry) => !missing.has(entry.position));
      fc.pre(arrived.length > 0 && folded.damaged.length === 0);
      expect(foldAll(arrived)).toEqual({ ...folded, pending: [] });
    };
    fc.assert(fc.property(streams(vocabulary), fc.nat(), isClosed), { numRuns: 1000 });
  });

  it('accounts for every position once', () => {
    const accountsForAll = (entries: readonly Entry[]) => {
      const { cut, history, duplicates, voided, pending, damaged } = foldAll(entries);
      const positions = new Set(entries.map(({ position }) => position));
      const closed = [...history, ...duplicates, ...voided].map(({ position }) => position);
      expect([...closed, ...pending.map(({ position }) => position)].sort()).toEqual([...positions].sort());
      expect(closed.length).toBe(Object.values(cut).reduce((sum, seq) => sum + seq, 0));
      for (const { waitsFor } of pending) expect(closed).not.toContain(waitsFor);
      expect(damaged.map(({ position }) => position)).toEqual(expect.arrayContaining(positionsInDoubt(entries)));
    };
    fc.assert(fc.property(streams(vocabulary), accountsForAll), { numRuns: 2000 });
  });

  it('tells one story: every step starts where the last one ended, and every rejected entry has one case', () => {
    const isOneStory = (entries: readonly Entry[]) => {
      fc.pre(new Set(entries.map(({ id }) => id)).size === entries.length);
      const folded = foldAll(entries.map(deepFreeze));
      const statuses = folded.history.map(({ to }) => to);
      expect(folded.history.map(({ from }) => from)).toEqual(['none', ...statuses].slice(0, -1));
      expect(folded.status).toBe(statuses.at(-1) ?? 'none');
      const caseIds = folded.cases.map(({ id }) => id);
      expect(new Set(caseIds).size).toBe(caseIds.length);
      expect(caseIds).toEqual(expect.arrayContaining([...rejectedIds(folded)]));
      expect(folded.ambiguous).toBe(folded.cases.some((it) => isOpen(it) && it.reasons.includes('ambiguous')));
      expect(['illegal', 'review'].includes(folded.class)).toBe(folded.cases.some(isOpen));
      expect(folded.approximated).toBe(false);
    };
    fc.assert(fc.property(streams(vocabulary), isOneStory), { numRuns: 2000 });
  });
});

describe('the random streams', () => {
  const folds = vocabularies.flatMap((vocabulary) =>
    fc
      .sample(streams(vocabulary), { numRuns: 5000, seed: 2026 })
      .map((entries) => ({ entries, folded: fold(entries, vocabulary.lifecycle) })),
  );
  const share = (holds: (folded: FoldedStream) => boolean): number =>
    folds.filter(({ folded }) => holds(folded)).length;

  it('are entries that the schema accepts', () => {
    for (const { entries } of folds)
      for (const entry of entries) expect(entrySchema.safeParse(entry).error).toBeUndefined();
  });

  it.each(['none', 'merged', 'late', 'precedence', 'illegal', 'review'])('often end in class %s', (streamClass) => {
    expect(share((folded) => folded.class === streamClass)).toBeGreaterThan(100);
  });

  it.each(['contested', 'illegal', 'key-reused', 'ambiguous', 'field-disputed', 'resolutions-differ'] as const)(
    'have %s cases, open and settled',
    (reason) => {
      for (const isWanted of [true, false])
        expect(
          share(({ cases }) => cases.some((it) => isOpen(it) === isWanted && it.reasons.includes(reason))),
        ).toBeGreaterThan(5);
    },
  );

  it('have duplicates, pending, void and damaged entries', () => {
    const counts = [
      share(({ duplicates }) => duplicates.length > 0),
      share(({ pending }) => pending.length > 0),
      share(({ voided }) => voided.length > 0),
      share(({ damaged }) => damaged.length > 0),
    ];
    for (const count of counts) expect(count).toBeGreaterThan(50);
  });
});

/** As at-least-once delivery without order does it. */
const shuffledAndRepeated = (entries: readonly Entry[], seed: number): readonly Entry[] => {
  const random = createSeededRandom(seed);
  const delivered = [...entries, ...entries.filter(() => random() < 0.5)];
  return delivered
    .map((entry) => ({ entry, at: random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ entry }) => entry);
};

/** Where two different entries stand. */
const positionsInDoubt = (entries: readonly Entry[]): string[] =>
  [...Map.groupBy(entries, ({ position }) => position)]
    .filter(([, all]) => new Set(all.map((entry) => canonicalJson(entry))).size > 1)
    .map(([position]) => position);

const deepFreeze = <Value>(value: Value): Value => {
  if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(Object.freeze(value))) deepFreeze(inner);
  return value;
};
