/**
 * The handlers of one region in this process, over in-memory ports: what their own composition roots do on Lambda.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fold } from '../../../domain/fold/fold.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { OpenViews } from '../../../domain/ports/view-store.ts';
import { createGenerationStore } from '../../../projections/generations/generation-store.ts';
import { createProjector } from '../../../projections/projector/projector.ts';
import { createLiveViews } from '../../../projections/read-models/live-views.ts';
import { type OrderView, projectionVersion } from '../../../projections/views/order-view.ts';
import { quietObservability } from '../../../services/middleware/observability.ts';
import { createOrderApi } from '../../../services/order-api/order-api.ts';
import { createTokenVerifier, fetchIssuerKeys } from '../../jose/jose-token-verifier.ts';
import { sha256 } from '../../node/sha256.ts';
import type { RegionHandlers, RegionPorts } from '../in-memory-engine.ts';

export const createHandlers = (ports: RegionPorts): RegionHandlers => {
  const clock = { nowMs: Date.now };
  const observability = quietObservability();
  // Rows are JSON: the world reads less of them than the projector writes.
  const openViews = ports.openViews as OpenViews<unknown> as OpenViews<OrderView>;
  const generations = createGenerationStore(ports.controlStore);
  return {
    orderApi: createOrderApi({
      eventStore: ports.eventStore,
      peers: ports.peers,
      views: createLiveViews({ generations, openViews, clock }),
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
      // No rateLimiter: the play is one caller that sends hundreds of requests a second.
      observability,
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
      observability,
    }),
  };
};
