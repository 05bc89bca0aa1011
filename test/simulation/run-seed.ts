/**
 * One seed, twice: first with every checker, then without, and both must leave the same trace.
 */
import type { Consistency } from '../../domain/ledger/position.ts';
import { type DrawExtras, drawOptions, type SimulationOptions } from './faults/fault-options.ts';
import type { PlantedBug } from './planted-bugs/planted-bug.ts';
import { type RunReport, runSimulation } from './simulation.ts';

export interface SeedReport extends RunReport {
  readonly seed: number;
  readonly orders: number;
}

export const runSeed = (
  seed: number,
  consistency: Consistency = 'eventual',
  extras: DrawExtras = {},
): Promise<SeedReport> => runOptions(drawOptions(seed, consistency, extras));

export const runOptions = async (options: SimulationOptions): Promise<SeedReport> => {
  const first = await runSimulation(options);
  const orders = options.onlyOrders?.length ?? options.orders;
  const report = { ...first, seed: options.seed, orders };
  if (first.failure) return report;
  const second = await runSimulation(options, { isChecked: false });
  if (second.traceDigest === first.traceDigest && !second.failure) return report;
  const words = second.failure?.words ?? `traces ${first.traceDigest} and ${second.traceDigest} differ`;
  return { ...report, failure: { invariant: 'a seed replays', words, story: [] } };
};

/** The first of the seeds from 1 on that catches the bug; undefined when none up to its limit does. */
export const catchPlanted = async (
  planted: PlantedBug,
): Promise<{ readonly seed: number; readonly invariant: string; readonly words: string } | undefined> => {
  for (let seed = 1; seed <= planted.seedsMax; seed++) {
    const drawn = drawOptions(seed, planted.consistency, { isReviewed: planted.isReviewed ?? false });
    const review = drawn.review && { ...drawn.review, ...planted.reviewOptions };
    const options = { ...drawn, review, faults: { ...drawn.faults, ...planted.faults } };
    if (options.durationMs < (planted.needsMs ?? 0)) continue;
    const { failure } = await runSimulation(options, { planted });
    if (failure) return { seed, invariant: failure.invariant, words: failure.words };
  }
  return undefined;
};
