/**
 * Runs of a region's agent: one starts every minute and lasts a little over two, so they overlap, and each may die or
 * sleep by itself.
 */
import { planStream } from '../../../../domain/ledger/stream-name.ts';
import { breakerDefaults } from '../../../../domain/write-plan/breaker.ts';
import { leaseDefaults } from '../../../../domain/write-plan/lease.ts';
import { plansOf } from '../../../../domain/write-plan/plan-stream.ts';
import { createRegionAgent, type RegionAgentDeps } from '../../../../services/region-agent/region-agent.ts';
import { beatMs, runAgent } from '../../../../services/region-agent/run-agent.ts';
import { createEnactedPlans } from '../../../../services/write-plan/enacted-plans.ts';
import { createLateArrivals } from '../../../../services/write-plan/late-arrivals.ts';
import { createLeaseRow } from '../../../../services/write-plan/lease-row.ts';
import { recordTakeover } from '../../../../services/write-plan/record-takeover.ts';
import { createRegionDocument } from '../../../../services/write-plan/region-document.ts';
import type { Invocation } from '../../kernel/invocation.ts';
import type { LambdaHost } from '../../region/lambda-host.ts';
import type { PlanClock } from '../model/plan-clock.ts';
import { failOnBug } from './fail-on-bug.ts';
import { appendDepsOf } from './order-container.ts';
import type { OpenPlanPorts } from './plan-ports.ts';
import type { PlanRegionDeps } from './plan-region.ts';

export interface AgentRunsDeps extends PlanRegionDeps {
  readonly clock: PlanClock;
  readonly ports: OpenPlanPorts;
  readonly host: LambdaHost;
  readonly mayRun: () => boolean;
}

export interface AgentRuns {
  /** At some moment of the minute that has begun: the schedule knows nothing of what happened here. */
  readonly startSoon: () => void;
}

export const createAgentRuns = (deps: AgentRunsDeps): AgentRuns => {
  const { name, scheduler, host, options, clock, mayRun } = deps;
  const random = deps.randomStreams(`schedule ${name}`);
  let runs = 0;
  let schedules = 0;

  const start = (): void =>
    host.invoke('agent', async (invocation) => {
      const { beat } = createRegionAgent(agentDepsOf(deps, invocation, `run-${++runs}`));
      const endMs = scheduler.nowMs() + timeoutMs;
      const remainingMs = (): number => endMs - scheduler.nowMs();
      await runAgent({ beat, clock, sleep: invocation.sleep, remainingMs });
    });

  const every = (schedule: number): void => {
    if (schedule !== schedules) return;
    if (mayRun()) start();
    scheduler.after(options.agentEveryMs, 'a minute begins', () => every(schedule));
  };

  const startSoon = (): void => {
    const schedule = ++schedules;
    scheduler.after(random.between(0, options.agentEveryMs), 'a minute begins', () => every(schedule));
  };

  startSoon();
  return { startSoon };
};

/** Of the function. */
const timeoutMs = 150_000;

const agentDepsOf = (deps: AgentRunsDeps, invocation: Invocation, runId: string): RegionAgentDeps => {
  const { name, names, configured, clock, scheduler, planted } = deps;
  const { eventStore, heartbeats, controlStore, witness } = deps.ports('agent', invocation);
  const settings = { beatMs, breaker: breakerDefaults, lease: leaseDefaults };
  return {
    region: name,
    peers: names.filter((other) => other !== name),
    configured,
    document: createRegionDocument(controlStore),
    enactedPlans: createEnactedPlans({ controlStore, onFault: failOnBug(scheduler) }),
    heartbeats,
    readPlans: async () => plansOf((await eventStore.load(planStream)).entries),
    readLateArrivalMs: createLateArrivals(controlStore).read,
    leaseRow: witness && createLeaseRow(witness),
    recordTakeover: (takeover) => recordTakeover(appendDepsOf(deps, invocation, eventStore), takeover),
    settings: planted?.settings?.(settings, name) ?? settings,
    runId,
    clock,
    metrics: { count: (count) => deps.onAgentCount(name, count), gauge: () => undefined },
    onFault: (_, fault) => failOnBug(scheduler)(fault),
  };
};
