/**
 * Many seeds over worker threads, each asking for the next seed when it is done, and what they add up to.
 */
import { Worker } from 'node:worker_threads';
import type { Consistency } from '../../domain/ledger/position.ts';
import type { FaultName } from './faults/fault-options.ts';
import type { SeedReport } from './run-seed.ts';
import { addCounts, type SituationCounts } from './sometimes.ts';

export interface RunSeedsOptions {
  readonly firstSeed: number;
  readonly seedsMax: number;
  readonly consistency?: Consistency;
  /** Also where a seed draws no review. */
  readonly isReviewed?: boolean;
  readonly workers: number;
  /** No new seed is begun once it says so. */
  readonly isTimeUp?: () => boolean;
  readonly onProgress?: (totals: Totals) => void;
}

export interface Totals {
  readonly seeds: number;
  readonly orders: number;
  readonly simulatedMs: number;
  readonly acceptedEntries: number;
  readonly faults: Readonly<Partial<Record<FaultName, number>>>;
  readonly situations: SituationCounts;
  readonly failures: readonly SeedReport[];
}

export const runSeeds = async (options: RunSeedsOptions): Promise<Totals> => {
  const { firstSeed, seedsMax, consistency = 'eventual', isReviewed = false, workers, isTimeUp, onProgress } = options;
  let totals = noTotals;
  let next = firstSeed;
  const isDone = (): boolean =>
    next >= firstSeed + seedsMax || totals.failures.length >= failuresMax || isTimeUp?.() === true;

  await playOverWorkers<SeedReport>({
    script: new URL('./seed-worker.ts', import.meta.url),
    workers: Math.min(workers, seedsMax),
    nextTask: () => (isDone() ? undefined : { seed: next++, consistency, isReviewed }),
    onReport: (report) => {
      totals = addReport(totals, report);
      onProgress?.(totals);
    },
  });
  return totals;
};

export interface PlayOptions<Report> {
  readonly script: URL;
  readonly workers: number;
  /** Undefined when there is nothing left to do. */
  readonly nextTask: () => unknown;
  readonly onReport: (report: Report) => void;
}

/** Each worker is given a task when it has reported on the one before. */
export const playOverWorkers = async <Report>(options: PlayOptions<Report>): Promise<void> => {
  const { script, workers, nextTask, onReport } = options;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(script);
      const giveNext = (): void => {
        const task = nextTask();
        if (task === undefined) void worker.terminate().then(() => resolve());
        else worker.postMessage(task);
      };
      worker.on('message', (report: Report) => {
        onReport(report);
        giveNext();
      });
      worker.on('error', reject);
      giveNext();
    });
  await Promise.all(Array.from({ length: workers }, work));
};

/** Enough to see whether they are of one kind. */
export const failuresMax = 10;

const noTotals: Totals = {
  seeds: 0,
  orders: 0,
  simulatedMs: 0,
  acceptedEntries: 0,
  faults: {},
  situations: {},
  failures: [],
};

const addReport = (totals: Totals, report: SeedReport): Totals => ({
  seeds: totals.seeds + 1,
  orders: totals.orders + report.orders,
  simulatedMs: totals.simulatedMs + report.simulatedMs,
  acceptedEntries: totals.acceptedEntries + report.acceptedEntries,
  faults: addCounts(totals.faults, report.faults),
  situations: addCounts(totals.situations, report.situations),
  failures: report.failure ? [...totals.failures, report] : totals.failures,
});
