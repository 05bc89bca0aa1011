/**
 * Many seeds of the write plan over worker threads, and what they add up to.
 */
import { failuresMax, playOverWorkers } from '../run-seeds.ts';
import { addCounts } from '../sometimes.ts';
import type { PlanSeedReport } from './run-plan-seed.ts';
import type { PlanRunReport } from './write-plan-simulation.ts';

export interface RunPlanSeedsOptions {
  readonly firstSeed: number;
  readonly seedsMax: number;
  readonly workers: number;
  /** No new seed is begun once it says so. */
  readonly isTimeUp?: () => boolean;
  readonly onProgress?: (totals: PlanTotals) => void;
}

export interface PlanTotals {
  readonly seeds: number;
  readonly simulatedMs: number;
  readonly acceptedEntries: number;
  readonly faults: PlanRunReport['faults'];
  readonly situations: PlanRunReport['situations'];
  readonly failures: readonly PlanSeedReport[];
}

export const runPlanSeeds = async (options: RunPlanSeedsOptions): Promise<PlanTotals> => {
  const { firstSeed, seedsMax, workers, isTimeUp, onProgress } = options;
  let totals = noTotals;
  let next = firstSeed;
  const isDone = (): boolean =>
    next >= firstSeed + seedsMax || totals.failures.length >= failuresMax || isTimeUp?.() === true;

  await playOverWorkers<PlanSeedReport>({
    script: new URL('./plan-seed-worker.ts', import.meta.url),
    workers: Math.min(workers, seedsMax),
    nextTask: () => (isDone() ? undefined : { seed: next++ }),
    onReport: (report) => {
      totals = addReport(totals, report);
      onProgress?.(totals);
    },
  });
  return totals;
};

const noTotals: PlanTotals = {
  seeds: 0,
  simulatedMs: 0,
  acceptedEntries: 0,
  faults: {},
  situations: {},
  failures: [],
};

const addReport = (totals: PlanTotals, report: PlanSeedReport): PlanTotals => ({
  seeds: totals.seeds + 1,
  simulatedMs: totals.simulatedMs + report.simulatedMs,
  acceptedEntries: totals.acceptedEntries + report.acceptedEntries,
  faults: addCounts(totals.faults, report.faults),
  situations: addCounts(totals.situations, report.situations),
  failures: report.failure ? [...totals.failures, report] : totals.failures,
});
