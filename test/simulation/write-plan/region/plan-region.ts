/**
 * A region of the write plan's simulation: its clock and control table, runs of its agent that overlap, containers of its
 * API and of its projector, and the people who promote.
 */
import type { Command } from '../../../../domain/decide/command.ts';
import type { Entry } from '../../../../domain/ledger/entry.ts';
import type { AgentCount } from '../../../../domain/ports/metrics.ts';
import type { Arrival } from '../../../../domain/write-plan/late-arrival.ts';
import type { WritePlan } from '../../../../domain/write-plan/write-plan.ts';
import type { LedgerItem } from '../../../../infra/dynamodb/entry-codec.ts';
import type { ChangePlanOutcome } from '../../../../services/write-plan/change-plan.ts';
import type { FaultDice } from '../../faults/fault-dice.ts';
import type { RandomStream, RandomStreams } from '../../kernel/random-streams.ts';
import type { Scheduler } from '../../kernel/scheduler.ts';
import type { GlobalTable } from '../../model/global-table.ts';
import { type ControlChange, createControlTable } from '../../model/simulated-control-store.ts';
import { createLambdaHost } from '../../region/lambda-host.ts';
import type { ApiAnswer } from '../../region/order-api.ts';
import { createPlanClock, type PlanClock } from '../model/plan-clock.ts';
import type { WritePlanOptions } from '../options.ts';
import type { PlantedPlanBug } from '../planted-bugs/planted-plan-bug.ts';
import { createAgentRuns } from './agent-runs.ts';
import { createBacklogProjector } from './backlog-projector.ts';
import { createContainers } from './containers.ts';
import { answerOrderCommand, type CheckedGate } from './order-container.ts';
import { createPlanPorts } from './plan-ports.ts';
import { promoteBy } from './promote.ts';
import type { Witness } from './witness.ts';
import { createWrittenTimes } from './written-times.ts';

export interface PlanRegion {
  readonly name: string;
  readonly clock: PlanClock;
  readonly isReachable: () => boolean;
  /** Everything that runs there ends, and nothing is reached. Outages nest. */
  readonly goDown: () => void;
  readonly comeBack: () => void;
  /** No run begins and none goes on. Stops nest. */
  readonly stopAgent: () => void;
  readonly startAgent: () => void;
  readonly handle: (stream: string, command: Command, onAnswer: (answer: ApiAnswer) => void) => void;
  readonly promote: (primary: string, random: RandomStream) => void;
  readonly noteArrival: (arrival: Omit<Arrival, 'atMs'>) => void;
}

export interface PlanRegionDeps {
  readonly name: string;
  readonly names: readonly string[];
  readonly configured: WritePlan;
  readonly options: WritePlanOptions;
  readonly scheduler: Scheduler;
  readonly randomStreams: RandomStreams;
  readonly table: GlobalTable<LedgerItem>;
  readonly witness: Witness | undefined;
  readonly apiDice: FaultDice;
  readonly agentDice: FaultDice;
  readonly planted: PlantedPlanBug | undefined;
  readonly onControl: (region: string, change: ControlChange) => void;
  /** Just before the entry is put. */
  readonly onChecked: (entry: Entry, checked: CheckedGate) => void;
  readonly onOutcome: (region: string, stream: string, answer: ApiAnswer) => void;
  readonly onPromoted: (region: string, outcome: ChangePlanOutcome | { readonly kind: 'failed' }) => void;
  readonly onAgentCount: (region: string, count: AgentCount) => void;
}

export const createPlanRegion = (deps: PlanRegionDeps): PlanRegion => {
  const { name, scheduler, randomStreams, options } = deps;
  const rate = 1 + randomStreams(`clock ${name}`).between(-1, 1) * options.clockRateError;
  const clock = createPlanClock(scheduler.nowMs, rate);
  const written = createWrittenTimes(scheduler.nowMs);
  const control = createControlTable((change) => {
    written.note(change);
    deps.onControl(name, change);
  });
  const apiHost = createLambdaHost({ ...deps, dice: deps.apiDice });
  const agentHost = createLambdaHost({ ...deps, dice: deps.agentDice });
  let outages = 0;
  let stops = 0;
  const isReachable = (): boolean => outages === 0;
  const ports = createPlanPorts({ ...deps, clock, control, isReachable });
  const shared = { ...deps, clock, ports };
  const agents = createAgentRuns({ ...shared, host: agentHost, mayRun: () => outages === 0 && stops === 0 });
  const containers = createContainers({ ...shared, host: apiHost, writtenMsOf: written.of });
  const projector = createBacklogProjector({ ...shared, host: apiHost, isReachable });

  return {
    name,
    clock,
    isReachable,
    goDown: () => {
      outages++;
      apiHost.killAll();
      agentHost.killAll();
    },
    comeBack: () => {
      outages--;
      agents.startSoon();
    },
    stopAgent: () => {
      stops++;
      agentHost.killAll();
    },
    startAgent: () => {
      stops--;
      agents.startSoon();
    },
    handle: (stream, command, onAnswer) => {
      if (!isReachable()) return;
      containers.use(async (container, invocation) => {
        const answer = await answerOrderCommand(shared, container, invocation, { stream, command });
        deps.onOutcome(name, stream, answer);
        onAnswer(answer);
      });
    },
    promote: (primary, random) => {
      if (!isReachable()) return;
      const proposal = drawProposal(deps, primary, random);
      apiHost.invoke('operator', async (invocation) =>
        deps.onPromoted(name, await promoteBy(shared, invocation, proposal)),
      );
    },
    noteArrival: projector.note,
  };
};

const drawProposal = ({ names, options, name, scheduler }: PlanRegionDeps, primary: string, random: RandomStream) => ({
  primary,
  regions: drawRegions(names, primary, random),
  reason: 'a bad day',
  withoutWitness: options.hasWitness && random.chance(0.3),
  actor: 'operator',
  idempotencyKey: `promotion ${name} ${scheduler.nowMs()} ${random.integer(0, 1_000_000)}`,
});

/** Most people say nothing of regions; now and then one leaves a region out, or takes all in again. */
const drawRegions = (
  names: readonly string[],
  primary: string,
  random: RandomStream,
): readonly string[] | undefined => {
  if (random.chance(0.6)) return undefined;
  const left = random.chance(0.5) ? names : names.filter((name) => name === primary || random.chance(0.6));
  return [...left];
};
