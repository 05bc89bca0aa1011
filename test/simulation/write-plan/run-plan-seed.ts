/**
 * One seed, twice: first with every checker, then without, and both must leave the same trace.
 */
import { drawPlanOptions, type WritePlanOptions } from './options.ts';
import type { PlantedPlanBug } from './planted-bugs/planted-plan-bug.ts';
import { type PlanRunReport, runWritePlan } from './write-plan-simulation.ts';

export interface PlanSeedReport extends PlanRunReport {
  readonly seed: number;
}

export const runPlanSeed = (seed: number): Promise<PlanSeedReport> => runPlanOptions(drawPlanOptions(seed));

export const runPlanOptions = async (options: WritePlanOptions): Promise<PlanSeedReport> => {
  const report = { ...(await runWritePlan(options)), seed: options.seed };
  if (report.failure) return report;
  const second = await runWritePlan(options, { isChecked: false });
  if (second.traceDigest === report.traceDigest && !second.failure) return report;
  const words = second.failure?.words ?? `traces ${report.traceDigest} and ${second.traceDigest} differ`;
  return { ...report, failure: { invariant: 'a seed replays', words, story: [] } };
};

/** The first of the seeds from 1 on that catches the bug; undefined when none up to its limit does. */
export const catchPlantedInPlan = async (
  planted: PlantedPlanBug,
): Promise<{ readonly seed: number; readonly invariant: string; readonly words: string } | undefined> => {
  for (let seed = 1; seed <= planted.seedsMax; seed++) {
    const { failure } = await runWritePlan(plantedOptions(seed, planted), { planted });
    if (failure) return { seed, invariant: failure.invariant, words: failure.words };
  }
  return undefined;
};

export const plantedOptions = (seed: number, planted: PlantedPlanBug): WritePlanOptions => {
  const drawn = drawPlanOptions(seed);
  return { ...drawn, ...planted.options, faults: { ...drawn.faults, ...planted.faults } };
};
