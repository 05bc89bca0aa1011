/**
 * What a person is shown of a case, for random streams: branches that anybody could have seen, outcomes that do what
 * their previews say, and the same page in every region, whatever came in which order. A failure prints the seed and the
 * smallest stream that fast-check found.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkEvents } from '../../domain/decide/check-events.ts';
import { openPosition } from '../../domain/decide/closed-part.ts';
import { fold } from '../../domain/fold/fold.ts';
import { isOpen } from '../../domain/fold/folded-stream.ts';
import { type Cut, coversCut, coversPosition, equalCuts } from '../../domain/ledger/cut.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import { parsePosition } from '../../domain/ledger/position.ts';
import { stampEntry } from '../../domain/ledger/stamp-entry.ts';
import { type Lifecycle, resolutionType } from '../../domain/lifecycle/define-lifecycle.ts';
import { branchesOf } from '../../domain/review/branches.ts';
import { decisionsAbout } from '../../domain/review/decisions.ts';
import { offerOutcomes, outcomesMax } from '../../domain/review/offer-outcomes.ts';
import { type CaseOutcome, toResolution } from '../../domain/review/outcomes.ts';
import type { ReviewedCase } from '../../domain/review/parties.ts';
import { streams } from '../support/arbitraries/streams.ts';
import { retailVocabulary, undecidedVocabulary, workOrderVocabulary } from '../support/arbitraries/vocabularies.ts';
import { sha256 } from '../support/builders/ledger-builder.ts';
import { createSeededRandom } from '../support/builders/seeded-random.ts';

const vocabularies = [retailVocabulary, workOrderVocabulary, undecidedVocabulary];

describe.each(vocabularies)('the cases of random $name streams', (vocabulary) => {
  const { lifecycle } = vocabulary;

  /** Of every case of every stream. */
  const holdsForAll = (law: (reviewed: ReviewedCase, seed: number) => void, numRuns = 500): void =>
    fc.assert(
      fc.property(streams(vocabulary), fc.nat(), (entries, seed) => {
        for (const reviewed of casesOf(entries, lifecycle)) law(reviewed, seed);
      }),
      { numRuns },
    );

  it('are settled by every outcome that is offered, and left as they stand by the first', () => {
    holdsForAll((reviewed) => {
      const { folded, found } = reviewed;
      const offers = offerOutcomes(reviewed);
      if (!isOpen(found)) return expect(offers).toEqual([]);
      expect(offers[0]).toMatchObject({ outcome: {}, preview: { status: folded.status, money: folded.money } });
      for (const { outcome, preview } of offers) {
        expect(preview.openCases).not.toContain(found.id);
        expect(preview.money).toEqual(folded.money);
        expect(preview.status).toBe(outcome.status ?? folded.status);
      }
      const distinct = new Set(offers.map(({ outcome }) => canonicalJson(outcome)));
      expect([distinct.size, offers.length <= outcomesMax]).toEqual([offers.length, true]);
    });
  });

  it('come to what the preview showed once the decision is really appended', () => {
    holdsForAll((reviewed, seed) => {
      for (const { outcome, preview } of offerOutcomes(reviewed)) {
        const decision = decide(reviewed, outcome, seed);
        const after = fold([...reviewed.entries, decision], lifecycle);
        expect(preview).toMatchObject({
          status: after.status,
          provisional: after.provisional,
          class: after.class,
          money: after.money,
          openCases: after.cases.filter(isOpen).map(({ id }) => id),
        });
        for (const [name, value] of Object.entries(preview.fields)) expect(value).toEqual(after.fields[name]);
        const decisions = decisionsAbout({
          ...reviewed,
          ...withFold([...reviewed.entries, decision], lifecycle),
          caseId: reviewed.found.id,
        });
        expect(decisions.map(({ entryId }) => entryId)).toContain(decision.id);
      }
    });
  });

  it('look alike in every region, whatever came in which order and how often', () => {
    holdsForAll((reviewed, seed) => {
      const delivered = shuffledAndRepeated(reviewed.entries, seed);
      const there = { ...reviewed, entries: delivered, folded: fold(delivered, lifecycle) };
      expect(JSON.stringify(pageOf(there))).toBe(JSON.stringify(pageOf(reviewed)));
    }, 300);
  });

  it('have branches that begin at the base, and hold nothing but what their writers had seen', () => {
    holdsForAll((reviewed) => {
      const { entries, folded, found } = reviewed;
      const { base, regions } = branchesOf(reviewed);
      expect(regions.length).toBeGreaterThan(0);
      for (const { cut, entries: beyond, status } of regions) {
        expect([coversCut(cut, base.cut), coversCut(folded.cut, cut)]).toEqual([true, true]);
        const under = fold(entries.filter(isUnder(cut)), lifecycle);
        expect([equalCuts(under.cut, cut), under.status]).toEqual([true, status]);
        expect(beyond).toHaveLength(sizeOf(cut) - sizeOf(base.cut));
        expect(beyond.length).toBeGreaterThan(0);
      }
      expect(equalCuts(fold(entries.filter(isUnder(base.cut)), lifecycle).cut, base.cut)).toBe(true);
      const writer = parsePosition(found.position)?.writer;
      const own = regions.find(({ region }) => region === writer);
      expect(own?.entries).toContain(found.id);
    });
  });

  it('have one decision that stands once they are settled, and none before', () => {
    holdsForAll((reviewed) => {
      const { folded, found } = reviewed;
      const standing = decisionsAbout({ ...reviewed, caseId: found.id }).filter(({ stands }) => stands);
      const isSettled = folded.cases.every((it) => it.id !== found.id || !isOpen(it));
      expect(standing).toHaveLength(isSettled ? 1 : 0);
    }, 1_000);
  });
});

const casesOf = (entries: readonly Entry[], lifecycle: Lifecycle): readonly ReviewedCase[] => {
  const folded = fold(entries, lifecycle);
  return folded.cases.map((found) => ({ entries, lifecycle, folded, found }));
};

const withFold = (entries: readonly Entry[], lifecycle: Lifecycle) => ({ entries, folded: fold(entries, lifecycle) });

/** As a region appends it of whose own part nothing is missing. */
const decide = ({ entries, lifecycle, folded, found }: ReviewedCase, outcome: CaseOutcome, seed: number): Entry => {
  const data = { ...toResolution([found.id], outcome, 'decided') };
  const command = { kind: 'decision', source: 'reviewer', events: [{ type: resolutionType, data }] } as const;
  expect(checkEvents(lifecycle, { ...command, idempotencyKey: 'decision' })).toMatchObject({ kind: 'checked' });
  const isWhole = (writer: string): boolean =>
    openPosition(writer, { entries, damaged: [] }, folded.cut) === undefined &&
    folded.pending.every(({ waitsFor }) => parsePosition(waitsFor)?.writer !== writer);
  const region = ['eu-west-1', 'us-east-1', 'ap-south-1'].find(isWhole) ?? 'sa-east-1';
  return stampEntry(
    { ...command, stream: folded.stream, events: [{ type: resolutionType, v: 1, data }] },
    {
      region,
      writer: region,
      entries,
      cut: folded.cut,
      newestId: folded.newestId,
      nowMs: Date.UTC(2026, 0, 8),
      random: createSeededRandom(seed),
      sha256,
    },
  );
};

const pageOf = (reviewed: ReviewedCase) => [
  branchesOf(reviewed),
  offerOutcomes(reviewed),
  decisionsAbout({ ...reviewed, caseId: reviewed.found.id }),
];

const isUnder =
  (cut: Cut) =>
  ({ position }: Entry): boolean => {
    const parsed = parsePosition(position);
    return parsed !== undefined && coversPosition(cut, parsed);
  };

const sizeOf = (cut: Cut): number => Object.values(cut).reduce((sum, seq) => sum + seq, 0);

/** As at-least-once delivery without order does it. */
const shuffledAndRepeated = (entries: readonly Entry[], seed: number): readonly Entry[] => {
  const random = createSeededRandom(seed);
  const delivered = [...entries, ...entries.filter(() => random() < 0.5)];
  return delivered
    .map((entry) => ({ entry, at: random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ entry }) => entry);
};
