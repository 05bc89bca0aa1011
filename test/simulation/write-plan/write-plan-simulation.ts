/**
 * One run of the write plan: regions with agents and APIs, the table between them, the witness, the weather. The result is
 * a function of the options (and the planted bug) alone.
 */
import { configuredPlan } from '../../../domain/write-plan/write-plan.ts';
import type { LedgerItem } from '../../../infra/dynamodb/entry-codec.ts';
import { clockOffsetMsMax } from '../faults/region-clock.ts';
import { createRandomStreams, type RandomStream } from '../kernel/random-streams.ts';
import { createScheduler } from '../kernel/scheduler.ts';
import { createTrace } from '../kernel/trace.ts';
import { Violation } from '../kernel/violation.ts';
import { createGlobalTable } from '../model/global-table.ts';
import type { Change } from '../model/replica.ts';
import { loadItems } from '../model/simulated-event-store.ts';
import { recoveryMs } from './bounds.ts';
import type { PlanWorld } from './checkers/plan-checker.ts';
import { probeMs } from './checkers/primary-always-somewhere.ts';
import { watchLinks } from './model/watched-links.ts';
import type { PlanFaultName, WritePlanOptions } from './options.ts';
import { createPlanDice } from './plan-dice.ts';
import { createPlanReferee } from './plan-referee.ts';
import type { PlantedPlanBug } from './planted-bugs/planted-plan-bug.ts';
import { createPlanRegion, type PlanRegion } from './region/plan-region.ts';
import { createWitness } from './region/witness.ts';
import { createRegionHistory } from './region-history.ts';
import { openPlanShop } from './shop.ts';
import type { PlanSituation, PlanSituationCounts } from './sometimes.ts';
import { createPlanWeather } from './weather.ts';

export interface PlanRunReport {
  readonly traceDigest: string;
  readonly failure: PlanRunFailure | undefined;
  readonly simulatedMs: number;
  readonly events: number;
  readonly acceptedEntries: number;
  readonly faults: Readonly<Partial<Record<PlanFaultName, number>>>;
  readonly situations: PlanSituationCounts;
}

export interface PlanRunFailure {
  /** What does not hold; `crash` when the code under test threw. */
  readonly invariant: string;
  readonly words: string;
  readonly story: readonly string[];
}

export interface PlanRunExtras {
  readonly planted?: PlantedPlanBug | undefined;
  readonly isNarrated?: boolean;
  readonly isChecked?: boolean;
}

export const runWritePlan = async (options: WritePlanOptions, extras: PlanRunExtras = {}): Promise<PlanRunReport> => {
  const simulation = createWritePlanSimulation(options, extras);
  try {
    await simulation.run();
    return simulation.report(undefined);
  } catch (error) {
    return simulation.report(error);
  }
};

const regionNames = ['us-east-1', 'eu-west-1', 'ap-south-1'] as const;
const startMs = Date.UTC(2026, 0, 1);

const createWritePlanSimulation = (
  options: WritePlanOptions,
  { planted, isNarrated = false, isChecked = true }: PlanRunExtras,
) => {
  const randomStreams = createRandomStreams(options.seed);
  const trace = createTrace();
  const scheduler = createScheduler({ startMs, trace });
  const story: string[] = [];
  const tell = (words: string): void => {
    if (isNarrated) story.push(`${((scheduler.nowMs() - startMs) / 1000).toFixed(3).padStart(9)} s  ${words}`);
  };
  const situations: Partial<Record<PlanSituation, number>> = {};
  const spells: Partial<Record<string, number>> = {};
  const names = regionNames.slice(0, options.regions);
  const history = createRegionHistory(scheduler.nowMs);
  const dice = createPlanDice(options.faults, (words) => referee.onDisturbed(words), tell);
  const witness = options.hasWitness
    ? createWitness({
        randomStreams,
        dice: dice.ofAgent,
        onChange: ({ value }) => tell(`lease ${JSON.stringify(value)}`),
      })
    : undefined;
  const onChange = (change: Change<LedgerItem>): void => {
    referee.onChange(change);
    if (change.from !== undefined && change.item.stream.startsWith('order/')) noteArrival(change);
  };
  const table = createGlobalTable<LedgerItem>({
    regions: names,
    scheduler,
    randomStreams,
    lagMs: options.lagMs,
    onChange,
  });
  const links = watchLinks(table.links, scheduler.nowMs, ({ from, to }) =>
    referee.onDisturbed(`${from} to ${to} turns`),
  );
  const regionOf = (name: string): PlanRegion => {
    const region = regions.find((it) => it.name === name);
    if (!region) throw new Error(`no region ${name}`);
    return region;
  };
  const world: PlanWorld = {
    options,
    names,
    nowMs: scheduler.nowMs,
    links,
    table,
    clockOf: (name) => regionOf(name).clock,
    isReachable: (name) => regionOf(name).isReachable(),
    reachesWitness: (name) => witness?.isReachable(name) === true,
    stateOf: (name) => history.states.get(name),
    beatsSince: history.beatsSince,
    planSinceMs: history.planSinceMs,
    reached: (situation) => {
      situations[situation] = (situations[situation] ?? 0) + 1;
    },
  };
  const referee = createPlanReferee({ world, history, scheduler, trace, tell, isChecked });
  const regions: readonly PlanRegion[] = names.map((name) =>
    createPlanRegion({
      ...referee,
      name,
      names,
      configured: configuredPlan(regionNames[0], names),
      options,
      scheduler,
      randomStreams,
      table,
      witness,
      apiDice: dice.ofApi,
      agentDice: dice.ofAgent,
      planted,
    }),
  );

  const noteArrival = ({ region, item }: Change<LedgerItem>): void => {
    const recordedAtMs = loadItems(item.stream, [item]).entries[0]?.recordedAt;
    if (recordedAtMs !== undefined) regionOf(region).noteArrival({ from: item.region, recordedAtMs });
  };

  const tick = (): void =>
    scheduler.after(tickMs, 'tick', () => {
      referee.onTick();
      tick();
    });

  const run = async (): Promise<void> => {
    const onTurn = (name: PlanFaultName, words: string): void => {
      if (words === 'begins') spells[name] = (spells[name] ?? 0) + 1;
      referee.onDisturbed(`${name} ${words}`);
    };
    drawFirstOffsets(randomStreams('first offsets'), regions, options);
    openPlanShop({ scheduler, randomStreams, regions });
    const weather = createPlanWeather({ options, scheduler, randomStreams, regions, links, witness, onTurn });
    tick();
    await scheduler.runUntil(startMs + options.durationMs);
    dice.putAway();
    weather.calm();
    referee.onDisturbed('calm');
    await scheduler.runUntil(scheduler.nowMs() + recoveryMs(options) + probeMs);
    referee.atRest();
  };

  return {
    run,
    report: (error: unknown): PlanRunReport => ({
      traceDigest: trace.digest(),
      failure: error === undefined ? undefined : { ...describe(error), story },
      simulatedMs: scheduler.nowMs() - startMs,
      events: scheduler.events(),
      acceptedEntries: referee.acceptedEntries(),
      faults: { ...spells, ...dice.faults() },
      situations,
    }),
  };
};

const tickMs = 10_000;

/** Clocks of regions are minutes apart from the first moment on, where clocks go wrong at all. */
const drawFirstOffsets = (random: RandomStream, regions: readonly PlanRegion[], { faults }: WritePlanOptions): void => {
  for (const { clock } of regions) {
    const offsetMs = random.between(-clockOffsetMsMax, clockOffsetMsMax);
    if (faults.clockJump > 0) clock.jumpTo(offsetMs);
  }
};

const describe = (error: unknown): Omit<PlanRunFailure, 'story'> => {
  if (error instanceof Violation) return { invariant: error.invariant, words: error.message };
  return { invariant: 'crash', words: error instanceof Error ? (error.stack ?? error.message) : String(error) };
};
