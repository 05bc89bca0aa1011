/**
 * `npm run simulate -- --write-plan`: many seeds with what they add up to, or one, made small and told in words if it fails.
 */
import { settledBetweenMs, settledMs, takeoverMs } from './bounds.ts';
import { drawPlanOptions, type WritePlanOptions } from './options.ts';
import { runPlanOptions } from './run-plan-seed.ts';
import { type PlanTotals, type RunPlanSeedsOptions, runPlanSeeds } from './run-plan-seeds.ts';
import { shrinkPlan } from './shrink-plan.ts';
import { planExceptions, planSituations } from './sometimes.ts';

export interface PlayPlanOptions extends Omit<RunPlanSeedsOptions, 'onProgress'> {
  /** One seed instead of many. */
  readonly seed: number | undefined;
  readonly changed: Partial<WritePlanOptions>;
  readonly print: (line: string) => void;
  readonly onProgress: (line: string) => void;
}

/** The exit code. */
export const playWritePlan = async (options: PlayPlanOptions): Promise<number> => {
  const { seed, changed, print, onProgress } = options;
  if (seed !== undefined) return playOne(changedOptions(seed, changed), print);
  const totals = await runPlanSeeds({ ...options, onProgress: (soFar) => onProgress(progressLine(soFar)) });
  print(summary(totals));
  for (const { seed: failed, failure } of totals.failures)
    print(`seed ${failed}: ${failure?.invariant}: ${failure?.words}`);
  const [first] = totals.failures;
  return first ? playOne(drawPlanOptions(first.seed), print) : 0;
};

const changedOptions = (seed: number, changed: Partial<WritePlanOptions>): WritePlanOptions => {
  const drawn = drawPlanOptions(seed);
  return { ...drawn, ...changed, faults: { ...drawn.faults, ...changed.faults } };
};

const progressLine = ({ seeds, acceptedEntries, simulatedMs, failures }: PlanTotals): string =>
  `${seeds} seeds, ${acceptedEntries} accepted entries, ${(simulatedMs / 3_600_000).toFixed(1)} simulated hours, ${failures.length} failures`;

const summary = (totals: PlanTotals): string =>
  [
    progressLine(totals),
    `at most one region decides ${seconds(settledMs)} after a cut, ${seconds(settledBetweenMs)} for a region between two halves`,
    `with a witness somebody decides again within ${seconds(takeoverMs)}`,
    `faults: ${JSON.stringify(totals.faults)}`,
    'sometimes:',
    ...planSituations.map((name) => countLine(totals, name)),
    'exceptions:',
    ...planExceptions.map((name) => countLine(totals, name)),
  ].join('\n');

const countLine = ({ situations }: PlanTotals, name: keyof PlanTotals['situations']): string =>
  `${String(situations[name] ?? 0).padStart(9)}  ${name}`;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(0)} s`;

const playOne = async (options: WritePlanOptions, print: (line: string) => void): Promise<number> => {
  const { failure, traceDigest } = await runPlanOptions(options);
  if (!failure) {
    print(`seed ${options.seed} is clean, trace ${traceDigest}`);
    return 0;
  }
  const replay = `npm run simulate -- --write-plan --seed ${options.seed}`;
  print(`\nseed ${options.seed}: ${failure.invariant}\n${failure.words}`);
  print(`options: ${JSON.stringify(options)}\nreplay: ${replay}`);
  const small = await shrinkPlan(options);
  if (small) {
    print(`\nmade small: ${small.failure.words}\n${small.story.join('\n')}`);
    print(`replay: ${replay} --options '${JSON.stringify(small.options)}'`);
  }
  return 1;
};
