/**
 * Plays real order histories into a world through a partition, and reports what became of them: first into the ledger
 * over HTTP, then, under the same schedule and another partition, into the rival. One after the other, so that neither
 * slows the other down and the ledger's figures are its own.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fold } from '../../../domain/fold/fold.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { World } from '../world-types.ts';
import { compareViews, type ViewComparison } from './compare-views.ts';
import { inspectLedger, type LedgerInspection, loadOrder } from './inspect-ledger.ts';
import { inspectRows, type RowsInspection } from './inspect-rows.ts';
import { createLastWriterWinsOrders, orderRowTable } from './last-writer-wins.ts';
import { createLedgerTarget } from './ledger-target.ts';
import { readOlistHistories } from './olist-histories.ts';
import { createOrderClient } from './order-client.ts';
import { type LedgerPlay, type MeasuredNetwork, playFigures, rivalFigures } from './play-figures.ts';
import { playSchedule } from './player.ts';
import type { Report } from './report.ts';
import { createRowTarget, type RowTarget } from './row-target.ts';
import { type Schedule, scheduleCommands } from './schedule.ts';
import { tellStories } from './stories.ts';
import type { OrderHistory, RegionPair } from './timed-command.ts';

export interface PlayHistories {
  readonly world: World;
  /** A folder in Olist's format; the excerpt that comes with Rejoin when left out. */
  readonly dataDir?: string | undefined;
  readonly seed?: number | undefined;
  /** Plays the folder's first orders only. */
  readonly ordersMax?: number | undefined;
  readonly onProgress?: ((progress: PlayProgress) => void) | undefined;
}

export interface PlayProgress {
  readonly done: number;
  readonly total: number;
  /** What is going on, for a person. */
  readonly phase: string;
}

/** Throws OlistFolderError when the folder cannot be played. The world is healed when this returns or throws. */
export const playHistories = async (options: PlayHistories): Promise<Report> => {
  const { world, dataDir = excerptDir, seed = 1 } = options;
  const startedAtMs = Date.now();
  const regions = firstTwoRegions(world);
  const read = await readOlistHistories(dataDir, regions);
  const histories = read.histories.slice(0, options.ordersMax);
  const schedule = scheduleCommands(histories, { regions, seed });
  const progress = createProgress(schedule, histories, options.onProgress);
  try {
    const ledger = await playLedger(world, schedule, progress);
    const checkedFromMs = Date.now();
    const views = await untilViewsEqual(world, progress);
    const inspection = await inspectLedger({
      regions: world.regions,
      tenant,
      lifecycle: retail,
      answers: ledger.target.answers,
      startedAtMs,
      onOrder: () => progress.step('checking the ledger'),
    });
    const rivalFromMs = Date.now();
    const rival = await playRival(world, schedule, regions, inspection, startedAtMs, progress);
    return {
      engine: world.engine,
      regions: world.regions.map(({ name }) => name),
      seed,
      ...playFigures({ dataDir, histories, refusedRows: read.refused, schedule, ledger, inspection, views }),
      lastWriterWins: rivalFigures(rival.inspection),
      stories: await tellStories({
        commands: schedule.phases.flatMap(({ commands }) => commands),
        partition: schedule.partition,
        ledgerAnswers: ledger.target.answers,
        rowAnswers: rival.target.answers,
        ledgerOutcomes: inspection.outcomeByOrderId,
        rowOutcomes: rival.inspection.rowByOrderId,
        loadFolded: async (orderId) =>
          fold((await loadOrder(orderId, { regions: world.regions, tenant })).flat(), retail),
      }),
      durations: {
        ledgerMs: ledger.endedAtMs - ledger.startedAtMs,
        checkMs: rivalFromMs - checkedFromMs,
        lastWriterWinsMs: Date.now() - rivalFromMs,
        totalMs: Date.now() - startedAtMs,
      },
    };
  } finally {
    await world.heal();
  }
};

const playLedger = async (world: World, schedule: Schedule, progress: Progress): Promise<LedgerPlay> => {
  const client = createOrderClient({ socketsMax: requestsInFlightMax, random: Math.random, sleep, nowMs: Date.now });
  const regions = new Map(world.regions.map((region) => [region.name, region]));
  const token = await world.issueToken({
    scopes: ['orders:write', 'facts:write'],
    tenant,
    subject: 'play',
    expiresInSeconds: playSecondsMax,
  });
  const target = createLedgerTarget({ regions, client, token, tenant, nowMs: Date.now, sleep });
  const network = createMeasuredNetwork(world, () => progress.say('healed, draining'));
  const startedAtMs = Date.now();
  try {
    await playSchedule(schedule, target, network, { onCommand: (phase) => progress.step(phaseWords[phase]) });
    return { target, network, startedAtMs, endedAtMs: Date.now() };
  } finally {
    client.close();
  }
};

const playRival = async (
  world: World,
  schedule: Schedule,
  regions: RegionPair,
  { outcomeByOrderId }: LedgerInspection,
  startedAtMs: number,
  progress: Progress,
): Promise<{ readonly target: RowTarget; readonly inspection: RowsInspection }> => {
  const tables = await world.createMutableTable(orderRowTable(`order-rows-${startedAtMs}`));
  const orders = createLastWriterWinsOrders(tables, retail);
  const target = createRowTarget({ orders, nowMs: Date.now, random: Math.random, sleep });
  const network = createMeasuredNetwork(world, () => progress.say('last writer wins, draining'));
  await playSchedule(schedule, target, network, { onCommand: () => progress.step('the same under last writer wins') });
  await world.waitUntilDrained({ timeoutMs: drainTimeoutMs });
  const inspection = await inspectRows({ orders, regions, answers: target.answers, ledgerOutcomes: outcomeByOrderId });
  return { target, inspection };
};

const createMeasuredNetwork = (world: World, onHeal: () => void): MeasuredNetwork => {
  let [cutAtMs, healedAtMs, drainedAtMs, isDrained] = [0, 0, 0, true];
  return {
    partition: async () => {
      await world.setFault({ kind: 'partition' });
      cutAtMs = Date.now();
    },
    healAndDrain: async () => {
      onHeal();
      await world.heal();
      healedAtMs = Date.now();
      isDrained = await world.waitUntilDrained({ timeoutMs: drainTimeoutMs });
      drainedAtMs = Date.now();
    },
    cutMs: () => healedAtMs - cutAtMs,
    drainMs: () => drainedAtMs - healedAtMs,
    isDrained: () => isDrained,
  };
};

const untilViewsEqual = async (world: World, progress: Progress): Promise<ViewComparison> => {
  progress.say('waiting for equal views');
  await world.waitUntilDrained({ timeoutMs: drainTimeoutMs });
  const deadlineMs = Date.now() + viewsTimeoutMs;
  for (;;) {
    const comparison = await compareViews(world.regions);
    if (comparison.equal || Date.now() > deadlineMs) return comparison;
    await sleep(200);
  }
};

interface Progress {
  readonly step: (phase: string) => void;
  readonly say: (phase: string) => void;
}

/** Every command is played twice, and every order is looked at once. */
const createProgress = (
  schedule: Schedule,
  histories: readonly OrderHistory[],
  onProgress: PlayHistories['onProgress'],
): Progress => {
  const commands = schedule.phases.reduce((total, phase) => total + phase.commands.length, 0);
  const total = 2 * commands + histories.length;
  let done = 0;
  const say = (phase: string) => onProgress?.({ done, total, phase });
  return {
    say,
    step: (phase) => {
      done++;
      say(phase);
    },
  };
};

const firstTwoRegions = ({ regions: [first, second] }: World): RegionPair => {
  if (!first || !second) throw new Error('A play needs a world of two regions.');
  return [first.name, second.name];
};

const phaseWords = {
  before: 'playing, regions linked',
  partition: 'playing, regions cut off from each other',
  after: 'playing, regions rejoined',
} as const;

/** Where a person looks who names no tenant. */
const tenant = 'default';
/** Far longer than the largest folder takes. */
const playSecondsMax = 7 * 24 * 60 * 60;
const excerptDir = fileURLToPath(new URL('../data/olist-1000/', import.meta.url));
/** A region: what two cores serve at once without queueing. */
const requestsInFlightMax = 12;
const drainTimeoutMs = 120_000;
const viewsTimeoutMs = 30_000;
