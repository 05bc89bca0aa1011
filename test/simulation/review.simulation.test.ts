/**
 * The review in the simulator, in short: seeds in which every case gets its person, bugs that must be caught, and checkers
 * that speak up. `npm run simulate -- --review --seed N` replays a failure and makes it small.
 */
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../domain/ledger/entry.ts';
import { beginCaseLife, type CaseLife } from '../../domain/review/case-life.ts';
import type { CaseFinding } from '../../services/review/look-at-case.ts';
import { createLedger } from '../support/builders/ledger-builder.ts';
import { placed } from '../support/builders/retail-drafts.ts';
import type { Checker, ReviewedRegion } from './checkers/checker.ts';
import { closedCasesEnd } from './checkers/review/closed-cases-end.ts';
import { oneOutcome } from './checkers/review/one-outcome.ts';
import { oneWorkflow } from './checkers/review/one-workflow.ts';
import { reachesAPerson } from './checkers/review/reaches-a-person.ts';
import { drawOptions } from './faults/fault-options.ts';
import { plantedReviewBugs } from './planted-bugs/review/planted-review-bugs.ts';
import { catchPlanted } from './run-seed.ts';
import { runSeeds } from './run-seeds.ts';
import type { Situation } from './sometimes.ts';

describe('the review under every bad day of the simulator', () => {
  it('gets every case its person, its decision or its withdrawal in 100 short runs, each played twice', async () => {
    const { seeds, failures, situations } = await runSeeds({
      firstSeed: 1,
      seedsMax: reviewedSeeds,
      isReviewed: true,
      workers: 2,
    });
    expect(failures.map(({ seed, failure }) => ({ seed, ...failure }))).toEqual([]);
    expect(seeds).toBe(reviewedSeeds);
    for (const situation of mustMeet) expect(situations[situation], situation).toBeGreaterThan(0);
  });

  it('does so on a strongly consistent table, too', async () => {
    const { failures, situations } = await runSeeds({
      firstSeed: 1,
      seedsMax: 20,
      consistency: 'strong',
      isReviewed: true,
      workers: 2,
    });
    expect(failures.map(({ seed, failure }) => ({ seed, ...failure }))).toEqual([]);
    expect(situations['case settled']).toBeGreaterThan(0);
  });

  it.each(plantedReviewBugs)('catches the planted bug: $name', async (planted) => {
    const caught = await catchPlanted(planted);
    expect(caught, `not caught within ${planted.seedsMax} seeds`).toBeDefined();
    expect(
      planted.caughtBy.some((checker) => caught?.invariant.startsWith(checker)),
      caught?.words,
    ).toBe(true);
  });

  it('is part of about a third of the seeds, and leaves the options of the others as they were', () => {
    const seeds = Array.from({ length: 300 }, (_, i) => i + 1);
    const reviewed = seeds.filter((seed) => drawOptions(seed).review !== undefined);
    expect(reviewed.length).toBeGreaterThan(60);
    expect(reviewed.length).toBeLessThan(120);
    for (const seed of seeds) {
      const { review: _, ...drawn } = drawOptions(seed);
      const { review, ...forced } = drawOptions(seed, 'eventual', { isReviewed: true });
      expect(review).toBeDefined();
      expect(forced).toEqual(drawn);
    }
  });
});

const reviewedSeeds = 100;

const mustMeet: readonly Situation[] = [
  'number drawn by one that died, started by another',
  'case taken over from a silent region',
  'case handed back to its region',
  'case reopened',
  'case withdrawn in its grace period',
  'case withdrawn while with a person',
  'case decided twice',
  'case decided in two regions',
  'decision brought by a workflow',
  'nobody decided in time',
  'heartbeat lost',
  'message lost',
];

const entry: Entry = (() => {
  const ledger = createLedger();
  ledger.at('us-east-1').append(placed());
  const [first] = ledger.entries();
  if (!first) throw new Error('nothing was appended');
  return first;
})();
const { id: caseId, stream } = entry;

/** Which case that is does not matter to these checkers. */
const open = { kind: 'open', entry } as CaseFinding;
const settledBy = (id: string): CaseFinding => ({ kind: 'settled', entry, settledBy: id });

const heldLife: CaseLife = {
  ...beginCaseLife({ caseId, stream, position: entry.position, acceptedIn: entry.region }, 0),
  state: 'with-a-person',
  workflow: 1,
  task: { token: 'token', askedAtMs: 0 },
};
const settledLife: CaseLife = { ...heldLife, state: 'settled', task: undefined, settledBy: 'decision 1' };

const runOf = (workflow: number): ReviewedRegion['runs'][number] => ({
  input: { stream, caseId, workflow },
  execution: { state: () => 'AskPerson', end: () => undefined, awaits: () => true },
});

const held: ReviewedRegion = {
  name: entry.region,
  version: '0001.0001',
  find: () => open,
  isSwept: true,
  isListed: () => true,
  caseIds: [caseId],
  decisions: ['decision 1', 'decision 2'],
  lives: [heldLife],
  runs: [runOf(1)],
  awaits: () => true,
};
const settled: ReviewedRegion = { ...held, find: () => settledBy('decision 1'), lives: [settledLife], runs: [] };

const say = (checker: Checker, ...regions: readonly ReviewedRegion[]) => checker.checkReview?.({ stream, regions });

describe('a checker of reviews that have had their time', () => {
  it('says nothing of a case that is with a person, and of one that is settled', () => {
    for (const checker of [oneWorkflow(), reachesAPerson(), closedCasesEnd(), oneOutcome()]) {
      expect(say(checker, held)).toBeUndefined();
      expect(say(checker, settled, { ...settled, name: 'eu-west-1' })).toBeUndefined();
    }
  });

  it.each<readonly [string, Partial<ReviewedRegion>, string]>([
    ['no workflow', { runs: [] }, 'has no workflow'],
    ['two workflows', { runs: [runOf(1), runOf(2)] }, 'has the workflows 1,2'],
    ['a workflow of another number', { runs: [runOf(2)] }, 'its life names 1'],
  ])('names an open case with %s', (_, doctored, words) => {
    expect(say(oneWorkflow(), { ...held, ...doctored })).toContain(words);
  });

  it.each<readonly [string, Partial<ReviewedRegion>, string]>([
    ['waits', { lives: [{ ...heldLife, state: 'waiting', task: undefined }] }, 'is waiting'],
    ['has no life', { lives: [] }, 'is unknown'],
    ['is held under an old token', { awaits: () => false }, 'nobody waits'],
  ])('names an open case that %s', (_, doctored, words) => {
    expect(say(reachesAPerson(), { ...held, ...doctored })).toContain(words);
  });

  it('leaves a case alone that another region accepted, or that no sweeper can see', () => {
    const unseen = { ...held, lives: [], runs: [] };
    for (const checker of [oneWorkflow(), reachesAPerson()]) {
      expect(say(checker, { ...unseen, isSwept: false })).toBeUndefined();
      expect(say(checker, { ...unseen, name: 'eu-west-1' })).toBeUndefined();
      expect(say(checker, { ...unseen, isListed: () => undefined })).toBeUndefined();
    }
  });

  it.each<readonly [string, Partial<ReviewedRegion>, string]>([
    ['whose workflow runs', { runs: [runOf(1)] }, 'workflow 1 runs'],
    ['whose life is with a person', { lives: [heldLife] }, 'its life says with-a-person'],
  ])('names a closed case %s', (_, doctored, words) => {
    expect(say(closedCasesEnd(), { ...settled, ...doctored })).toContain(words);
  });

  it('names a case that two regions take for settled by two decisions', () => {
    const other = { ...settled, name: 'eu-west-1', find: () => settledBy('decision 2') };
    expect(say(oneOutcome(), settled, other)).toContain('by decision 1 and by decision 2');
  });

  it('leaves regions alone that run other code, and a row of older code that shows a case as open', () => {
    const other = { ...settled, version: '0001.0002', find: () => settledBy('decision 2') };
    expect(say(oneOutcome(), settled, other)).toBeUndefined();
    const openLife: CaseLife = { ...settledLife, state: 'open', settledBy: undefined };
    const believing = { ...settled, lives: [openLife], isListed: () => undefined };
    expect(say(closedCasesEnd(), believing)).toBeUndefined();
    expect(say(closedCasesEnd(), { ...believing, isListed: () => false })).toContain('its life says open');
  });

  it('names a life that was settled by what is no decision', () => {
    expect(say(oneOutcome(), { ...settled, decisions: ['decision 2'] })).toContain('which is no decision');
  });
});
