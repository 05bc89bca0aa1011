/**
 * One region: the real append and the real projector, each run as an invocation that may die or sleep between any two
 * I/O steps, on this region's replica, views, stream and clock.
 */
import type { Command } from '../../../domain/decide/command.ts';
import { fold } from '../../../domain/fold/fold.ts';
import type { Consistency } from '../../../domain/ledger/position.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { EventStore } from '../../../domain/ports/event-store.ts';
import type { Metrics } from '../../../domain/ports/metrics.ts';
import type { LedgerItem } from '../../../infra/dynamodb/entry-codec.ts';
import { createRequestRetry } from '../../../infra/dynamodb/request-retry.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { oncePerStream } from '../../../projections/projector/once-per-stream.ts';
import { projectStream } from '../../../projections/projector/project-stream.ts';
import { type AppendOutcome, appendCommand } from '../../../services/order-api/append-command.ts';
import type { FaultDice } from '../faults/fault-dice.ts';
import { createRegionClock, type RegionClock } from '../faults/region-clock.ts';
import type { Invocation } from '../kernel/invocation.ts';
import type { RandomStreams } from '../kernel/random-streams.ts';
import type { Scheduler } from '../kernel/scheduler.ts';
import { type ChangeStream, createChangeStream } from '../model/change-stream.ts';
import { createFaultyRequests, type Requests } from '../model/faulty-requests.ts';
import type { GlobalTable } from '../model/global-table.ts';
import { createSimulatedEventStore } from '../model/simulated-event-store.ts';
import {
  createSimulatedViewStore,
  createViewTable,
  type ViewRow,
  type ViewTable,
} from '../model/simulated-view-store.ts';
import type { Fold, PlantedBug } from '../planted-bugs/planted-bug.ts';
import { createLambdaHost } from './lambda-host.ts';
import { type Failed, orFault } from './or-fault.ts';

export interface Region {
  readonly name: string;
  readonly clock: RegionClock;
  readonly views: ViewTable;
  readonly changes: ChangeStream;
  /** Calls back when the API answers, if it does. */
  readonly handle: (stream: string, command: Command, onAnswer: (answer: ApiAnswer) => void) => void;
  readonly isReachable: () => boolean;
  /** Outages nest. */
  readonly goDown: () => void;
  readonly comeBack: () => void;
  /** Every invocation that runs ends here and now. */
  readonly killAll: () => void;
}

export type ApiAnswer = AppendOutcome | Failed;

export interface RegionDeps {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly randomStreams: RandomStreams;
  readonly table: GlobalTable<LedgerItem>;
  readonly consistency: Consistency;
  readonly streamShards: number;
  readonly streamRetentionMs: number;
  readonly dice: FaultDice;
  readonly onOutcome: (region: string, stream: string, command: Command, outcome: AppendOutcome) => void;
  readonly onView: (region: string, stream: string, row: ViewRow, before: ViewRow | undefined) => void;
  readonly isMaimed: (stream: string) => boolean;
  readonly planted: PlantedBug | undefined;
}

export const createRegion = (deps: RegionDeps): Region => {
  const { name, scheduler, randomStreams, table, dice } = deps;
  const clock = createRegionClock(scheduler.nowMs);
  const views = createViewTable((stream, row, before) => deps.onView(name, stream, row, before));
  const host = createLambdaHost(deps);
  let outages = 0;
  const isReachable = (): boolean => outages === 0;
  const parts: RegionParts = {
    clock,
    views,
    requestsOf: (role, invocation) =>
      createFaultyRequests(
        { region: name, random: randomStreams(`${role} requests ${name}`), isReachable, dice },
        invocation,
      ),
  };

  const changes = createChangeStream({
    scheduler,
    random: randomStreams(`change stream ${name}`),
    shards: deps.streamShards,
    retentionMs: deps.streamRetentionMs,
    dice,
    invoke: (streams, onAnswer) =>
      host.invoke('projector', async (invocation) => onAnswer(await projectBatch(deps, parts, invocation, streams))),
    allStreams: () => table.streams(name),
    isMaimed: deps.isMaimed,
  });

  return {
    name,
    clock,
    views,
    changes,
    isReachable,
    killAll: host.killAll,
    handle: (stream, command, onAnswer) => {
      if (!isReachable()) return;
      host.invoke('api', async (invocation) => onAnswer(await answer(deps, parts, invocation, stream, command)));
    },
    goDown: () => {
      outages++;
      changes.stop();
    },
    comeBack: () => {
      outages--;
      changes.start();
    },
  };
};

interface RegionParts {
  readonly clock: RegionClock;
  readonly views: ViewTable;
  readonly requestsOf: (role: string, invocation: Invocation) => Requests;
}

/** What the order API's handler does with a command, without HTTP. */
const answer = async (
  deps: RegionDeps,
  { clock, views, requestsOf }: RegionParts,
  invocation: Invocation,
  stream: string,
  command: Command,
): Promise<ApiAnswer> => {
  const { name, scheduler, randomStreams, dice, planted } = deps;
  const context = { scheduler, clock, views };
  const eventStore = openEventStore(deps, requestsOf('api', invocation), invocation);
  const append = planted?.append?.(appendCommand, context) ?? appendCommand;
  const appendDeps = {
    eventStore: planted?.apiEventStore?.(eventStore, context) ?? eventStore,
    lifecycle: retail,
    region: name,
    consistency: deps.consistency,
    clock,
    random: randomStreams(`ids ${name}`).next,
    sleep: invocation.sleep,
    sha256,
    metrics: countSituations(dice),
  };
  const outcome = await orFault(append(appendDeps, stream, command));
  if (outcome.kind !== 'failed') deps.onOutcome(name, stream, command, outcome);
  return outcome;
};

const openEventStore = (deps: RegionDeps, requests: Requests, { sleep }: Invocation): EventStore => {
  const { name: region, table, dice, randomStreams } = deps;
  const retry = createRequestRetry({ sleep, random: randomStreams(`retries ${region}`).next });
  return createSimulatedEventStore({ region, table, dice, retry }, requests);
};

/** What the projector's handler does with a batch, without Lambda: the streams that failed. */
const projectBatch = async (
  deps: RegionDeps,
  { clock, views, requestsOf }: RegionParts,
  invocation: Invocation,
  streams: readonly string[],
): Promise<readonly string[]> => {
  const { scheduler, dice, planted } = deps;
  const context = { scheduler, clock, views };
  const requests = requestsOf('projector', invocation);
  const eventStore = openEventStore(deps, requests, invocation);
  const onRefused = (): void => dice.reached('view put lost to the cut condition');
  const viewStore = createSimulatedViewStore({ table: views, onRefused }, requests.request);
  const foldRetail: Fold = (entries) => fold(entries, retail);
  const projectorDeps = {
    eventStore: planted?.projectorEventStore?.(eventStore, context) ?? eventStore,
    viewStore: planted?.viewStore?.(viewStore, context) ?? viewStore,
    fold: planted?.fold?.(foldRetail, context) ?? foldRetail,
  };
  const failed: string[] = [];
  const projectOnce = oncePerStream(async (stream) => {
    const projected = await orFault(projectStream(projectorDeps, stream));
    if (projected.kind === 'failed') failed.push(stream);
    if (projected.kind === 'superseded') dice.reached('view ahead of the ledger read');
  }, projectorConcurrency);
  await Promise.all(streams.map(projectOnce));
  return failed;
};

const projectorConcurrency = 4;

const countSituations = ({ reached }: FaultDice): Metrics => ({
  count: (name) => {
    if (name === 'AppendGaveUp') reached('append gave up');
    if (name === 'PartNotClosed') reached('part not closed');
    if (name === 'ClockDrifting') reached('id ahead of the clock');
  },
});
