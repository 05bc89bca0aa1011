/**
 * `npm run simulate -- [--seeds 1000] [--seed N] [--minutes M] [--mrsc] [--review] [--write-plan]
 * [--exhaustive]`
 *
 * Without `--seed` it plays the seeds from `--first-seed` (1) on, over both cores; with it, that one seed, and a failure is
 * made small and told in words. Exits with 0 when nothing was found, 1 when something was, 2 when it was called wrongly.
 */
import { parseArgs } from 'node:util';
import type { Consistency } from '../../domain/ledger/position.ts';
import { allSmallWorlds, exploreWorld } from './exhaustive.ts';
import { drawOptions, type SimulationOptions } from './faults/fault-options.ts';
import { runOptions } from './run-seed.ts';
import { runSeeds, type Totals } from './run-seeds.ts';
import { shrink } from './shrink.ts';
import { situationsOf } from './sometimes.ts';
import type { WritePlanOptions } from './write-plan/options.ts';
import { playWritePlan } from './write-plan/play-write-plan.ts';

const usage = `usage: npm run simulate -- [--seeds 1000] [--first-seed 1] [--minutes M] [--workers 2] [--mrsc] [--review]
       npm run simulate -- --seed N [--options '{"regions":2}'] [--mrsc] [--review]
       npm run simulate -- --write-plan, with all of the above but --mrsc and --review
       npm run simulate -- --exhaustive`;

const main = async (): Promise<number> => {
  const args = readArguments();
  if (!args) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  if (args.isExhaustive) return playSmallWorlds();
  if (args.isWritePlan) return playPlans(args);
  if (args.seed === undefined) return playMany(args);
  const drawn = drawOptions(args.seed, args.consistency, args);
  return playOne({ ...drawn, ...args.options, faults: { ...drawn.faults, ...args.options.faults } });
};

interface Arguments {
  readonly seed: number | undefined;
  /** Of the one simulation or the other. */
  readonly options: Partial<SimulationOptions>;
  readonly consistency: Consistency;
  /** Also where the seed draws no review. */
  readonly isReviewed: boolean;
  readonly seeds: number;
  readonly firstSeed: number;
  readonly minutes: number;
  readonly workers: number;
  readonly isExhaustive: boolean;
  readonly isWritePlan: boolean;
}

const readArguments = (): Arguments | undefined => {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      options: {
        seed: text,
        options: text,
        seeds: text,
        'first-seed': text,
        minutes: text,
        workers: text,
        mrsc: { type: 'boolean' },
        review: { type: 'boolean' },
        exhaustive: { type: 'boolean' },
        'write-plan': { type: 'boolean' },
      },
    });
    const seeds = values.seeds ?? (values.minutes === undefined ? '1000' : 'Infinity');
    return {
      seed: values.seed === undefined ? undefined : wholeNumber(values.seed),
      options: JSON.parse(values.options ?? '{}'),
      consistency: values.mrsc ? 'strong' : 'eventual',
      isReviewed: values.review ?? false,
      seeds: seeds === 'Infinity' ? Number.POSITIVE_INFINITY : wholeNumber(seeds),
      firstSeed: wholeNumber(values['first-seed'] ?? '1'),
      minutes: values.minutes === undefined ? Number.POSITIVE_INFINITY : Number(values.minutes),
      workers: wholeNumber(values.workers ?? '2'),
      isExhaustive: values.exhaustive ?? false,
      isWritePlan: values['write-plan'] ?? false,
    };
  } catch {
    return undefined;
  }
};

const wholeNumber = (text: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${text} is no whole number`);
  return number;
};

const playMany = async (args: Arguments): Promise<number> => {
  const { seeds, firstSeed, minutes, workers, consistency, isReviewed } = args;
  const startedMs = performance.now();
  const elapsedMs = (): number => performance.now() - startedMs;
  let toldMs = 0;
  const totals = await runSeeds({
    firstSeed,
    seedsMax: seeds,
    consistency,
    isReviewed,
    workers,
    isTimeUp: () => elapsedMs() > minutes * 60_000,
    onProgress: (soFar) => {
      if (elapsedMs() - toldMs < 1_000) return;
      toldMs = elapsedMs();
      process.stderr.write(`\r${progressLine(soFar, elapsedMs())}`);
    },
  });
  process.stderr.write(`\r${progressLine(totals, elapsedMs())}\n`);
  process.stdout.write(`${summary(totals, consistency)}\n`);
  const [failed] = totals.failures;
  if (!failed) return 0;
  for (const { seed, failure } of totals.failures)
    process.stdout.write(`seed ${seed}: ${failure?.invariant}: ${failure?.words}\n`);
  return playOne(drawOptions(failed.seed, consistency, args));
};

const progressLine = (totals: Totals, elapsedMs: number): string => {
  const hours = totals.simulatedMs / 3_600_000;
  const partitions = partitionNames.reduce((sum, name) => sum + (totals.faults[name] ?? 0), 0);
  return [
    `${totals.seeds} seeds`,
    `${totals.orders} orders`,
    `${totals.acceptedEntries} accepted entries`,
    `${partitions} partitions`,
    `${hours.toFixed(0)} simulated hours`,
    `${(hours / (elapsedMs / 1000)).toFixed(1)} simulated hours/s`,
  ].join(', ');
};

const partitionNames = ['partition', 'oneWayPartition', 'flapping', 'bridge'] as const;

const summary = (totals: Totals, consistency: Consistency): string => {
  const { simulatedMs, acceptedEntries, faults, situations: reached } = totals;
  const hours = simulatedMs / 3_600_000;
  const faultCount = Object.values(faults).reduce((sum, count) => sum + count, 0);
  return [
    `an hour: ${(acceptedEntries / hours).toFixed(0)} accepted entries, ${(faultCount / hours).toFixed(1)} faults`,
    `faults: ${JSON.stringify(faults)}`,
    'sometimes:',
    ...situationsOf(consistency).map((situation) => `${String(reached[situation] ?? 0).padStart(9)}  ${situation}`),
  ].join('\n');
};

const playOne = async (options: SimulationOptions): Promise<number> => {
  const { failure, traceDigest } = await runOptions(options);
  if (!failure) {
    process.stdout.write(`seed ${options.seed} is clean, trace ${traceDigest}\n`);
    return 0;
  }
  process.stdout.write(`\nseed ${options.seed}: ${failure.invariant}\n${failure.words}\n`);
  process.stdout.write(`options: ${JSON.stringify(options)}\nreplay: ${replayCommand(options)}\n`);
  const small = await shrink(options);
  if (small)
    process.stdout.write(
      `\nmade small: ${small.failure.words}\n${small.story.join('\n')}\n` +
        `replay: ${replayCommand(options)} --options '${JSON.stringify(small.options)}'\n`,
    );
  return 1;
};

const replayCommand = ({ seed, consistency, review }: SimulationOptions): string =>
  [
    `npm run simulate -- --seed ${seed}`,
    ...(consistency === 'strong' ? ['--mrsc'] : []),
    ...(review && !drawOptions(seed, consistency).review ? ['--review'] : []),
  ].join(' ');

const playSmallWorlds = async (): Promise<number> => {
  let worlds = 0;
  let deliveries = 0;
  for (const world of allSmallWorlds()) {
    const explored = await exploreWorld(world, 2);
    worlds++;
    deliveries += explored.deliveries;
    for (const words of explored.wrong) process.stdout.write(`${words}\n`);
    if (explored.wrong.length > 0) return 1;
  }
  process.stdout.write(`${worlds} small worlds, ${deliveries} deliveries, all alike\n`);
  return 0;
};

const playPlans = async ({ seeds: seedsMax, minutes, options, ...args }: Arguments): Promise<number> => {
  const startedMs = performance.now();
  return playWritePlan({
    ...args,
    seedsMax,
    changed: options as unknown as Partial<WritePlanOptions>,
    isTimeUp: () => performance.now() - startedMs > minutes * 60_000,
    print: (line) => process.stdout.write(`${line}\n`),
    onProgress: (line) => process.stderr.write(`\r${line}`),
  });
};

process.exitCode = await main();
