/**
 * The region's agent as a Lambda function: every invocation is one run, and runs overlap.
 */
import type { Logger } from '@aws-lambda-powertools/logger';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { planStream } from '../../domain/ledger/stream-name.ts';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import type { HeartbeatStore } from '../../domain/ports/heartbeat-store.ts';
import type { AgentMetrics, Metrics } from '../../domain/ports/metrics.ts';
import { plansOf } from '../../domain/write-plan/plan-stream.ts';
import type { WritePlanSettings } from '../../domain/write-plan/write-plan-settings.ts';
import type { AppendPlanDeps } from '../write-plan/append-plan.ts';
import { cleanPlans } from '../write-plan/clean-plans.ts';
import { createEnactedPlans } from '../write-plan/enacted-plans.ts';
import { createLateArrivals } from '../write-plan/late-arrivals.ts';
import { createLeaseRow } from '../write-plan/lease-row.ts';
import { planOfSettings } from '../write-plan/open-write-gate.ts';
import { recordTakeover } from '../write-plan/record-takeover.ts';
import { createRegionDocument } from '../write-plan/region-document.ts';
import { createFaultLog } from './fault-log.ts';
import { createRegionAgent, type RegionAgentDeps } from './region-agent.ts';
import { beatMs, runAgent } from './run-agent.ts';

export interface AgentFunctionDeps extends Omit<AppendPlanDeps, 'consistency' | 'metrics'> {
  readonly peers: readonly string[];
  readonly settings: WritePlanSettings;
  readonly heartbeats: HeartbeatStore;
  readonly controlStore: ControlStore;
  /** Of the witness region; undefined in a deployment without one. */
  readonly witness: Pick<ControlStore, 'get' | 'put'> | undefined;
  readonly newRunId: () => string;
  readonly observability: AgentObservability;
}

export interface AgentObservability {
  readonly logger: Pick<Logger, 'warn'>;
  readonly metrics: Metrics;
  readonly agentMetrics: AgentMetrics & {
    /** Says what has not been said yet. */
    readonly flush: () => void;
  };
  /** For middy, in this order. */
  readonly middlewares: readonly MiddlewareObj[];
}

/** The event says that a minute has begun, and nothing else. */
export type AgentFunction = (event: unknown, context: Context) => Promise<void>;

export const createAgentFunction = (deps: AgentFunctionDeps): AgentFunction => {
  const { settings, eventStore, controlStore, clock, sleep, newRunId, observability } = deps;
  const { logger, metrics, agentMetrics, middlewares } = observability;
  // A strongly consistent table has no plans.
  const plans: AppendPlanDeps = { ...deps, consistency: 'eventual', metrics };
  const onFault = createFaultLog({ warn: (message, error) => logger.warn(message, { error }), clock });
  const document = createRegionDocument(controlStore);
  const agentDeps: Omit<RegionAgentDeps, 'runId'> = {
    ...deps,
    configured: planOfSettings(settings, deps),
    document,
    enactedPlans: createEnactedPlans({ controlStore, onFault: (fault) => onFault('enacted plan', fault) }),
    leaseRow: deps.witness && createLeaseRow(deps.witness),
    readPlans: async () => plansOf((await eventStore.load(planStream)).entries),
    readLateArrivalMs: createLateArrivals(controlStore).read,
    recordTakeover: (takeover) => recordTakeover(plans, takeover),
    settings: { beatMs, breaker: settings.breaker, lease: settings.lease },
    metrics: agentMetrics,
    onFault,
  };

  const run = async (_: unknown, context: Context): Promise<void> => {
    const { beat } = createRegionAgent({ ...agentDeps, runId: newRunId() });
    // Once a run is often enough, and whoever beats meanwhile does not wait for it.
    await cleanPlans({ controlStore, document }).catch((fault: unknown) => onFault('clean-up', fault));
    try {
      await runAgent({ beat, clock, sleep, remainingMs: () => context.getRemainingTimeInMillis() });
    } finally {
      agentMetrics.flush();
    }
  };
  const handler = middy<unknown, void>()
    .use([...middlewares])
    .handler(run);
  return async (event, context) => handler(event, context);
};
