/**
 * The handlers of one region in this process, over in-memory ports: what their own composition roots do on Lambda.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fold } from '../../../domain/fold/fold.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { ReviewMetrics } from '../../../domain/ports/metrics.ts';
import type { OpenViews } from '../../../domain/ports/view-store.ts';
import { graceOf } from '../../../domain/review/grace.ts';
import { createGenerationStore } from '../../../projections/generations/generation-store.ts';
import { createProjector } from '../../../projections/projector/projector.ts';
import { createLiveViews } from '../../../projections/read-models/live-views.ts';
import { type OrderView, projectionVersion } from '../../../projections/views/order-view.ts';
import { quietObservability } from '../../../services/middleware/observability.ts';
import { createOrderApi } from '../../../services/order-api/order-api.ts';
import { createAgentFunction } from '../../../services/region-agent/agent-function.ts';
import { createCaseLives } from '../../../services/review/case-lives.ts';
import { createRegionWatch } from '../../../services/review/region-watch.ts';
import { resolveCase } from '../../../services/review/resolve-case.ts';
import { createReviewFunctions } from '../../../services/review/review-functions.ts';
import { openBacklogWatch } from '../../../services/write-plan/backlog-watch.ts';
import { openWriteGate } from '../../../services/write-plan/open-write-gate.ts';
import { openWritePlan } from '../../../services/write-plan/open-write-plan.ts';
import { createRegionDocument } from '../../../services/write-plan/region-document.ts';
import { createTokenVerifier, fetchIssuerKeys } from '../../jose/jose-token-verifier.ts';
import { sha256 } from '../../node/sha256.ts';
import type { RegionHandlers, RegionPorts } from '../in-memory-engine.ts';

export const createHandlers = (ports: RegionPorts): RegionHandlers => {
  const clock = { nowMs: Date.now };
  const observability = quietObservability();
  // Rows are JSON: the world reads less of them than the projector writes.
  const openViews = ports.openViews as OpenViews<unknown> as OpenViews<OrderView>;
  const generations = createGenerationStore(ports.controlStore);
  const peers = ports.peers.map(({ region }) => region);
  const views = createLiveViews({ generations, openViews, clock });
  const lives = createCaseLives(ports.controlStore);
  const writeGate = openWriteGate({
    settings: ports.writePlan,
    region: ports.region,
    peers,
    controlStore: ports.controlStore,
    clock,
    stopwatch: { nowMs: () => performance.now() },
    sleep: (ms) => sleep(ms),
    onFault: () => undefined,
  });
  const appendDeps = {
    ...ports,
    lifecycle: retail,
    consistency: 'eventual' as const,
    clock,
    random: Math.random,
    sleep: (ms: number) => sleep(ms),
    sha256,
    writeGate,
    metrics: observability.metrics,
  };
  return {
    review:
      ports.review &&
      createReviewFunctions({
        ...appendDeps,
        regions: [ports.region, ...peers],
        workflows: ports.review.workflows,
        regionWatch: createRegionWatch({
          regionDocument: ports.writePlan && createRegionDocument(ports.controlStore),
          clock,
          silenceMs: ports.review.settings.takeoverMs,
        }),
        grace: { ...graceOf(retail), ...ports.review.settings.graceMs },
        lives,
        views,
        logger: observability.logger,
        metrics: quietReviewMetrics,
        resolve: (resolution) => resolveCase(appendDeps, resolution),
        middlewares: observability.middlewares,
      }),
    regionAgent:
      ports.writePlan &&
      createAgentFunction({
        ...ports,
        peers,
        settings: ports.writePlan,
        newRunId: randomUUID,
        clock,
        random: Math.random,
        sleep: (ms) => sleep(ms),
        sha256,
        observability: { ...observability, agentMetrics: quietAgentMetrics },
      }),
    orderApi: createOrderApi({
      eventStore: ports.eventStore,
      peers: ports.peers,
      views,
      lives,
      personalData: ports.personalData,
      lifecycle: retail,
      region: ports.region,
      consistency: 'eventual',
      clock,
      random: Math.random,
      sleep: (ms) => sleep(ms),
      sha256,
      tokens: createTokenVerifier({
        ...ports.tokenTrust,
        tenantClaim: 'tenant',
        keys: fetchIssuerKeys(ports.tokenTrust.jwksUrl),
        clock,
      }),
      writeGate,
      writePlan:
        ports.writePlan &&
        openWritePlan({
          ...ports,
          peers,
          settings: ports.writePlan,
          clock,
          random: Math.random,
          sleep: (ms) => sleep(ms),
          sha256,
          metrics: observability.metrics,
          onFault: () => undefined,
        }),
      traffic: ports.traffic,
      // No rateLimiter: the play is one caller that sends hundreds of requests a second.
      observability: { ...observability, metrics: ports.traffic },
    }),
    projector: createProjector({
      ...ports,
      openViews,
      generations,
      fold: (entries) => fold(entries, retail),
      version: projectionVersion(retail),
      lifecycleName: retail.name,
      clock,
      sha256,
      backlogWatch: openBacklogWatch({
        settings: ports.writePlan,
        controlStore: ports.controlStore,
        clock,
        onFault: () => undefined,
      }),
      observability,
    }),
  };
};

const quietReviewMetrics: ReviewMetrics = { count: () => undefined, gauge: () => undefined };

const quietAgentMetrics = { count: () => undefined, gauge: () => undefined, flush: () => undefined };
