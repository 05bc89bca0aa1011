/**
 * The write plan under its bad days: seeds that must be clean, bugs that must be caught. A failure here prints the seed;
 * `npm run simulate -- --write-plan --seed N` replays it and makes it small.
 */
import { describe, expect, it } from 'vitest';
import { drawPlanOptions } from './options.ts';
import { planRegressionSeeds } from './plan-regression-seeds.ts';
import { plantedPlanBugs } from './planted-bugs/planted-plan-bugs.ts';
import { catchPlantedInPlan, runPlanSeed } from './run-plan-seed.ts';
import { runPlanSeeds } from './run-plan-seeds.ts';
import { shrinkPlan } from './shrink-plan.ts';
import type { PlanSituation } from './sometimes.ts';

describe('the write plan under every bad day of the simulator', () => {
  it('keeps its promises in 4 runs, each played twice with the same trace', async () => {
    const { seeds, failures, acceptedEntries, situations } = await runPlanSeeds({
      firstSeed: 1,
      seedsMax: seedsOfTest,
      workers: 2,
    });
    expect(failures.map(({ seed, failure }) => ({ seed, ...failure }))).toEqual([]);
    expect(seeds).toBe(seedsOfTest);
    expect(acceptedEntries).toBeGreaterThan(100 * seedsOfTest);
    for (const situation of mustMeet) expect(situations[situation], situation).toBeGreaterThan(0);
  });

  it('stays clean on every seed that once found a bug', async () => {
    for (const { seed } of planRegressionSeeds.filter(({ seed }) => seed > seedsOfTest))
      expect((await runPlanSeed(seed)).failure, `seed ${seed}`).toBeUndefined();
  });
});

describe('the simulation of the write plan', () => {
  it.each(plantedPlanBugs)('catches the planted bug: $name', async (planted) => {
    const caught = await catchPlantedInPlan(planted);
    expect(caught, `not caught within ${planted.seedsMax} seeds`).toBeDefined();
    expect(
      planted.caughtBy.some((checker) => caught?.invariant.startsWith(checker)),
      caught?.words,
    ).toBe(true);
  });

  it('makes a failing run small and tells it in words', async () => {
    const [planted] = plantedPlanBugs;
    const drawn = { ...drawPlanOptions(2), durationMs: 10 * 60_000 };
    const none = Object.fromEntries(Object.keys(drawn.faults).map((name) => [name, 0])) as typeof drawn.faults;
    const failing = { ...drawn, faults: { ...none, promotion: 200, clockJump: 4, pause: 0.1 } };
    const small = await shrinkPlan(failing, planted);
    expect(small?.failure.invariant).toContain('plan-only-grows');
    expect(small?.options.faults).toMatchObject({ clockJump: 0 });
    expect(small?.options.durationMs).toBeLessThan(failing.durationMs);
    expect(small?.story.at(-1)).toContain('epoch');
  });
});

const seedsOfTest = 4;

const mustMeet: readonly PlanSituation[] = [
  'breaker opened',
  'breaker closed again',
  'decision refused outside the primary',
  'decision by the primary while settled in a partition',
  'late arrival while the breaker is not closed',
  'promotion by hand',
  'lease renewed by another run of the agent',
];
