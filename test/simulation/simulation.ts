/**
 * One run: builds the regions, the table between them, the shop and the weather from the options, lets virtual time pass,
 * and has it all refereed. The result is a function of the options (and the planted bug) alone.
 */
import type { LedgerItem } from '../../infra/dynamodb/entry-codec.ts';
import { createFacts, flipKey } from './facts.ts';
import { createFaultDice, type FaultCounts } from './faults/fault-dice.ts';
import type { SimulationOptions } from './faults/fault-options.ts';
import { createWeather } from './faults/weather.ts';
import { createRandomStreams } from './kernel/random-streams.ts';
import { createScheduler } from './kernel/scheduler.ts';
import { createTrace } from './kernel/trace.ts';
import { Violation } from './kernel/violation.ts';
import { createGlobalTable } from './model/global-table.ts';
import type { ReviewEvent } from './model/review-event.ts';
import { watchSilence } from './model/silence.ts';
import { createStrongTable } from './model/strong-table.ts';
import { createNarrator } from './narrator.ts';
import type { PlantedBug } from './planted-bugs/planted-bug.ts';
import { createReferee } from './referee.ts';
import { createRegion, type Region } from './region/region.ts';
import { settleReviews } from './settle-reviews.ts';
import type { SituationCounts } from './sometimes.ts';
import { createClient } from './workload/client.ts';
import { hirePeople } from './workload/people.ts';
import { type RealStory, readRealStories } from './workload/real-histories.ts';
import { openShop } from './workload/shop.ts';

export interface RunReport {
  readonly traceDigest: string;
  readonly failure: RunFailure | undefined;
  readonly simulatedMs: number;
  readonly events: number;
  readonly acceptedEntries: number;
  readonly faults: FaultCounts;
  readonly situations: SituationCounts;
}

export interface RunFailure {
  /** What does not hold; `crash` when the code under test threw. */
  readonly invariant: string;
  readonly words: string;
  readonly story: readonly string[];
}

export interface RunExtras {
  readonly planted?: PlantedBug | undefined;
  /** Keeps what happened in words: slow, for the report of a failure. */
  readonly isNarrated?: boolean;
  /** False for the second run of a seed, which only has to leave the same trace. */
  readonly isChecked?: boolean;
}

export const runSimulation = async (options: SimulationOptions, extras: RunExtras = {}): Promise<RunReport> => {
  const simulation = createSimulation(options, extras, await readRealStories());
  try {
    await simulation.run();
    return simulation.report(undefined);
  } catch (error) {
    return simulation.report(error);
  }
};

const regionNames = ['us-east-1', 'eu-west-1', 'ap-south-1'] as const;
const startMs = Date.UTC(2026, 0, 1);

const createSimulation = (
  options: SimulationOptions,
  { planted, isNarrated = false, isChecked = true }: RunExtras,
  realStories: readonly RealStory[],
) => {
  const randomStreams = createRandomStreams(options.seed);
  const trace = createTrace();
  const scheduler = createScheduler({ startMs, trace });
  const narrator = createNarrator(isNarrated, () => scheduler.nowMs() - startMs);
  const dice = createFaultDice(options.faults, narrator.tell);
  const facts = createFacts();
  const names = regionNames.slice(0, options.regions);
  const createTable = options.consistency === 'strong' ? createStrongTable<LedgerItem> : createGlobalTable<LedgerItem>;
  const tableOfRun = createTable({
    reached: dice.reached,
    regions: names,
    scheduler,
    randomStreams,
    lagMs: options.lagMs,
    onChange: (change) => {
      referee.onChange(change);
      facts.flips.delete(flipKey(change.region, change.item));
      regions.find(({ name }) => name === change.region)?.changes.append(change.item.stream);
    },
  });
  const { table, silence } = watchSilence(planted?.table?.(tableOfRun) ?? tableOfRun, scheduler.nowMs);
  const shared = { options, scheduler, randomStreams, table, silence, dice, facts };
  const random = randomStreams('checkers');
  const referee = createReferee({ ...shared, ...options, random, trace, narrator, isChecked, regions: () => regions });
  const onReview = (event: ReviewEvent): void => {
    referee.onReview(event);
    if (event.kind !== 'life') return;
    const { region, life, before } = event;
    if (life.task && life.task.token !== before?.task?.token) people?.onAsked(region, life);
  };
  const regions: readonly Region[] = names.map((name) =>
    createRegion({ ...shared, ...options, ...referee, onReview, review: options.review, name, names, planted }),
  );
  const people = options.review && hirePeople({ ...shared, review: options.review, regions });
  const client = createClient({ ...shared, random: randomStreams('client'), regions, onSent: facts.recordSent });
  let isOver = false;

  const allStreams = (): readonly string[] => [...new Set(names.flatMap((name) => table.streams(name)))];

  const spotCheck = (): void =>
    scheduler.after(spotCheckMs, 'spot check', () => {
      const streams = allStreams();
      if (streams.length > 0) referee.checkStream(randomStreams('spot checks').pick(streams), false);
      if (!isOver) spotCheck();
    });

  const isSettled = (): boolean =>
    client.waiting() === 0 &&
    (people?.waiting() ?? 0) === 0 &&
    table.isQuiet() &&
    regions.every(({ changes, isSwept }) => changes.isDrained() && isSwept());

  const settle = async (): Promise<void> => {
    const boundMs = scheduler.nowMs() + settleMsMax;
    while (!isSettled() && scheduler.nowMs() < boundMs) await scheduler.runUntil(scheduler.nowMs() + settleStepMs);
  };

  const run = async (): Promise<void> => {
    openShop({ ...shared, regions, client, realStories, onBypass: facts.recordBypass, isOver: () => isOver });
    const onDamage = (stream: string): void => referee.checkStream(stream, false);
    const weather = createWeather({ ...shared, regions, onDamage });
    spotCheck();
    await scheduler.runUntil(startMs + options.durationMs);
    const isAtRest = options.mode === 'capped';
    if (isAtRest) {
      isOver = true;
      dice.putAway();
      weather.calm();
      people?.goHome();
      referee.onCalm();
      await settle();
      if (randomStreams('last deployment').chance(lastDeploymentShare)) {
        deployNewest(regions);
        await settle();
      }
      if (people && options.review)
        await settleReviews({ ...shared, regions, people, referee, allStreams, settle, review: options.review });
    }
    for (const stream of allStreams()) referee.checkStream(stream, isAtRest);
    referee.checkRegions(isAtRest);
  };

  return {
    run,
    report: (error: unknown): RunReport => ({
      traceDigest: trace.digest(),
      failure: error === undefined ? undefined : { ...describe(error), story: narrator.story() },
      simulatedMs: scheduler.nowMs() - startMs,
      events: scheduler.events(),
      acceptedEntries: referee.acceptedEntries(),
      faults: dice.faults(),
      situations: dice.situations(),
    }),
  };
};

const lastDeploymentShare = 0.3;

/** Everywhere, and rebuilt with it: after that all rows are of one version. */
const deployNewest = (regions: readonly Region[]): void => {
  const newest = Math.max(...regions.map(({ code }) => code.newest().number));
  for (const { code, rebuild } of regions) {
    while (code.newest().number < newest) code.beginRollout()?.();
    rebuild();
  }
};

const spotCheckMs = 10 * 60_000;
const settleStepMs = 30_000;
/** Enough for the longest pause, the slowest item, and a few rounds of the dead-letter queue after them. */
const settleMsMax = 60 * 60_000;

const describe = (error: unknown): Omit<RunFailure, 'story'> => {
  if (error instanceof Violation) return { invariant: error.invariant, words: error.message };
  return { invariant: 'crash', words: error instanceof Error ? (error.stack ?? error.message) : String(error) };
};
