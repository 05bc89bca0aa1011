/**
 * One region: the real append, the real projector, the real rebuild and its clean-up, each run as an invocation that may
 * die or sleep between any two I/O steps, on this region's replica, views, control documents, bus, stream and clock.
 */
import type { Command } from '../../../domain/decide/command.ts';
import type { Consistency } from '../../../domain/ledger/position.ts';
import type { CaseAlert, ReviewAlert } from '../../../domain/ports/alert-bus.ts';
import type { PoisonLetter } from '../../../domain/ports/dead-letter-queue.ts';
import type { CaseLife } from '../../../domain/review/case-life.ts';
import type { LedgerItem } from '../../../infra/dynamodb/entry-codec.ts';
import { type Generations, initialGenerations, liveGeneration } from '../../../projections/generations/generations.ts';
import type { AppendOutcome } from '../../../services/ledger/append-commands.ts';
import type { Facts } from '../facts.ts';
import type { FaultDice } from '../faults/fault-dice.ts';
import { createRegionClock, type RegionClock } from '../faults/region-clock.ts';
import type { ReviewOptions } from '../faults/review-options.ts';
import type { RandomStreams } from '../kernel/random-streams.ts';
import type { Scheduler } from '../kernel/scheduler.ts';
import { type ChangeStream, createChangeStream } from '../model/change-stream.ts';
import type { GlobalTable } from '../model/global-table.ts';
import type { ReviewEvent } from '../model/review-event.ts';
import type { Silence } from '../model/silence.ts';
import { type ControlChange, createControlTable } from '../model/simulated-control-store.ts';
import { createViewTables, type RowChange, type ViewRow, type ViewTables } from '../model/view-tables.ts';
import type { PlantedBug } from '../planted-bugs/planted-bug.ts';
import { createLambdaHost } from './lambda-host.ts';
import { createLivesWatch } from './lives-watch.ts';
import { createOperator } from './operator.ts';
import { type ApiAnswer, answerCommand } from './order-api.ts';
import { createPorts } from './ports.ts';
import { projectBatch } from './project-batch.ts';
import { createDeployedCode, type DeployedCode } from './projection-code.ts';
import { createRegionReview, type RegionReview } from './review.ts';

export interface Region {
  readonly name: string;
  readonly clock: RegionClock;
  readonly views: ViewTables;
  readonly generations: () => Generations;
  /** Of the live generation. */
  readonly liveRow: (stream: string) => ViewRow | undefined;
  readonly changes: ChangeStream;
  readonly code: DeployedCode;
  /** Undefined in a run without. */
  readonly review: RegionReview | undefined;
  /** As they stand in `control`. */
  readonly lives: () => readonly CaseLife[];
  /** Calls back when the API answers, if it does. */
  readonly handle: (stream: string, command: Command, onAnswer: (answer: ApiAnswer) => void) => void;
  /** Begins, or resumes what somebody began, and does not give up. */
  readonly rebuild: () => void;
  readonly cleanUp: () => void;
  /** Nobody rebuilds or cleans. */
  readonly isSwept: () => boolean;
  readonly isReachable: () => boolean;
  /** Outages nest. */
  readonly goDown: () => void;
  readonly comeBack: () => void;
  /** Every invocation that runs ends here and now. */
  readonly killAll: () => void;
}

export interface RegionDeps {
  readonly name: string;
  /** Of all regions. */
  readonly names: readonly string[];
  readonly scheduler: Scheduler;
  readonly randomStreams: RandomStreams;
  readonly table: GlobalTable<LedgerItem>;
  readonly consistency: Consistency;
  readonly streamShards: number;
  readonly streamRetentionMs: number;
  readonly review: ReviewOptions | undefined;
  readonly silence: Silence;
  readonly dice: FaultDice;
  readonly facts: Facts;
  readonly onOutcome: (region: string, stream: string, command: Command, outcome: AppendOutcome) => void;
  readonly onRow: (region: string, change: RowChange) => void;
  readonly onAlert: (alert: CaseAlert) => void;
  readonly onGenerations: (region: string, after: Generations, before: Generations) => void;
  readonly onReviewAlert: (alert: ReviewAlert) => void;
  readonly onReview: (event: ReviewEvent) => void;
  readonly planted: PlantedBug | undefined;
}

export const createRegion = (deps: RegionDeps): Region => {
  const { name, scheduler, randomStreams, table, dice } = deps;
  const clock = createRegionClock(scheduler.nowMs);
  const views = createViewTables((change) => deps.onRow(name, change));
  let generations = initialGenerations;
  const lives = createLivesWatch(deps);
  const onControl = (change: ControlChange): void => {
    const { kind, value } = change;
    lives.onControl(change);
    if (kind !== 'generations') return;
    const before = generations;
    generations = (value as Generations | undefined) ?? initialGenerations;
    deps.onGenerations(name, generations, before);
  };
  const control = createControlTable(onControl);
  const code = createDeployedCode(randomStreams(`deployments ${name}`));
  const host = createLambdaHost(deps);
  let outages = 0;
  const isReachable = (): boolean => outages === 0;
  /** Only what was damaged or lost on purpose may be set aside, until it is repaired. */
  const onLetter = ({ stream, reason }: PoisonLetter): void => {
    if (!deps.facts.wasDamaged(name, stream)) scheduler.fail(new Error(`${stream} is poison in ${name}: ${reason}`));
    dice.reached('order set aside until it is repaired');
    changes.setAside(stream);
  };
  const onAlert = (alert: CaseAlert): void => {
    deps.onAlert(alert);
    review?.hear(alert);
  };
  const ports = createPorts({ ...deps, onAlert, clock, views, control, isReachable, onLetter });
  const review =
    deps.review && createRegionReview({ ...deps, review: deps.review, clock, host, ports, code, isReachable });

  const project = (streams: readonly string[], onAnswer: (failed: readonly string[]) => void): void =>
    host.invoke('projector', async (invocation) => {
      const given = ports.projection(deps.planted?.projector, 'projector', invocation, code);
      onAnswer(await projectBatch({ ...deps, clock }, given, streams));
    });

  const changes = createChangeStream({
    scheduler,
    random: randomStreams(`change stream ${name}`),
    shards: deps.streamShards,
    retentionMs: deps.streamRetentionMs,
    dice,
    invoke: project,
    allStreams: () => table.streams(name),
    isMaimed: (stream) => deps.facts.maimed.has(stream),
  });
  const operator = createOperator({
    ...deps,
    clock,
    host,
    ports,
    code,
    beat: () => project([`heartbeat/${name}`], () => undefined),
  });

  return {
    name,
    clock,
    views,
    generations: () => generations,
    liveRow: (stream) => views.get(liveGeneration(generations).name, stream),
    changes,
    code,
    review,
    lives: lives.all,
    isReachable,
    killAll: host.killAll,
    handle: (stream, command, onAnswer) => {
      if (!isReachable()) return;
      host.invoke('api', async (invocation) => {
        const context = { scheduler, clock, views, code: code.newest() };
        onAnswer(
          await answerCommand({ ...deps, context }, ports.eventStore('api', invocation), invocation, stream, command),
        );
      });
    },
    ...operator,
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
