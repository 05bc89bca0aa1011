/**
 * The simulator in short: seeds that must be clean, bugs that must be caught, and the properties without which neither
 * would mean anything. A failure here prints the seed; `npm run simulate -- --seed N` replays it and makes it small.
 */
import { describe, expect, it } from 'vitest';
import { allSmallWorlds, exploreWorld } from './exhaustive.ts';
import { drawOptions, shortSeeds } from './faults/fault-options.ts';
import { createRandomStreams } from './kernel/random-streams.ts';
import { plantedBugs } from './planted-bugs/planted-bugs.ts';
import { regressionSeeds } from './regression-seeds.ts';
import { catchPlanted, runSeed } from './run-seed.ts';
import { runSeeds } from './run-seeds.ts';
import { shrink } from './shrink.ts';
import { runSimulation } from './simulation.ts';
import type { Situation } from './sometimes.ts';

describe('the ledger under every bad day of the simulator', () => {
  it('keeps its invariants in 300 short runs, each played twice with the same trace', async () => {
    const { seeds, failures, acceptedEntries, faults, simulatedMs, situations } = await runSeeds({
      firstSeed: 1,
      seedsMax: shortSeeds,
      workers: 2,
    });
    expect(failures.map(({ seed, failure }) => ({ seed, ...failure }))).toEqual([]);
    expect(seeds).toBe(shortSeeds);
    const hours = simulatedMs / 3_600_000;
    const faultCount = Object.values(faults).reduce((sum, count) => sum + count, 0);
    expect(acceptedEntries / hours).toBeGreaterThan(60);
    expect(faultCount / hours).toBeGreaterThan(1);
    for (const situation of mustMeet) expect(situations[situation], situation).toBeGreaterThan(0);
  });

  it('keeps them in 50 short runs on a strongly consistent table, where every order is one chain', async () => {
    const { seeds, failures, situations } = await runSeeds({
      firstSeed: 1,
      seedsMax: strongSeeds,
      consistency: 'strong',
      workers: 2,
    });
    expect(failures.map(({ seed, failure }) => ({ seed, ...failure }))).toEqual([]);
    expect(seeds).toBe(strongSeeds);
    expect(situations['puts of one item in two regions']).toBeGreaterThan(0);
    expect(situations['isolated region refuses a read']).toBeGreaterThan(0);
  });

  it('stays clean on every seed that once found a bug', async () => {
    for (const { seed, consistency, ...extras } of regressionSeeds)
      expect((await runSeed(seed, consistency, extras)).failure, `seed ${seed}`).toBeUndefined();
  });

  it('shows one state in every small world, in every order of delivery, whenever a projector dies or sleeps', async () => {
    let deliveries = 0;
    for (const world of allSmallWorlds()) {
      const explored = await exploreWorld(world, 1);
      expect(explored.wrong).toEqual([]);
      deliveries += explored.deliveries;
    }
    expect(deliveries).toBeGreaterThan(30_000);
  });
});

describe('the simulator', () => {
  it.each(plantedBugs)('catches the planted bug: $name', async (planted) => {
    const caught = await catchPlanted(planted);
    expect(caught, `not caught within ${planted.seedsMax} seeds`).toBeDefined();
    expect(
      planted.caughtBy.some((checker) => caught?.invariant.startsWith(checker)),
      caught?.words,
    ).toBe(true);
  });

  it('makes a failing run small and tells it in words', async () => {
    const [planted] = plantedBugs;
    const caught = planted && (await catchPlanted(planted));
    const failing = drawOptions(caught?.seed ?? 0);
    const small = await shrink(failing, planted);
    expect(small?.failure.invariant).toBe(caught?.invariant);
    expect(small?.options.onlyOrders?.length).toBeLessThan(failing.orders);
    expect(faultsOf(small?.options.faults)).toBeLessThan(faultsOf(failing.faults));
    expect(small?.story.at(-1)).toContain('view in');
  });

  it('leaves the same trace when a seed is played again, and another for another seed', async () => {
    const traceOf = async (seed: number): Promise<string> => (await runSimulation(drawOptions(seed))).traceDigest;
    expect(await traceOf(7)).toBe(await traceOf(7));
    expect(await traceOf(7)).not.toBe(await traceOf(8));
  });

  it('gives each name its own random stream, so that an extra draw in one leaves the others as they were', () => {
    const drawn = (extraDraws: number): readonly number[] => {
      const streams = createRandomStreams(2_871_340_412_777);
      for (let i = 0; i < extraDraws; i++) streams('projector').next();
      return Array.from({ length: 100 }, () => streams('client').next());
    };
    expect(drawn(5)).toEqual(drawn(0));
    expect(new Set(drawn(0)).size).toBe(100);
  });

  it('draws another world from every seed, beyond 32 bits too', () => {
    const seeds = [0, 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1];
    expect(new Set(seeds.map((seed) => createRandomStreams(seed)('options').next())).size).toBe(seeds.length);
  });
});

const strongSeeds = 50;

/** What the promises about views and alerts are about. */
const mustMeet: readonly Situation[] = [
  'rebuild resumed by a later run',
  'rebuild met a row of live traffic',
  'switch during a partition',
  'alert repeated after a crash',
  'case withdrawn',
  'case settled',
  'old version met a newer row',
  'replace lost to another projector',
];

const faultsOf = (faults: Readonly<Record<string, number>> = {}): number =>
  Object.values(faults).filter((rate) => rate > 0).length;
