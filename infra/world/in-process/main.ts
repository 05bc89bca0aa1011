/**
 * The handlers of one region in this process, over in-memory ports: what their own composition roots do on Lambda.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fold } from '../../../domain/fold/fold.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { createProjector } from '../../../projections/projector/projector.ts';
import { quietObservability } from '../../../services/middleware/observability.ts';
import { createOrderApi } from '../../../services/order-api/order-api.ts';
import { sha256 } from '../../node/sha256.ts';
import type { RegionHandlers, RegionPorts } from '../in-memory-engine.ts';

export const createHandlers = ({ region, eventStore, viewStore }: RegionPorts): RegionHandlers => {
  const { logger, middlewares } = quietObservability();
  return {
    orderApi: createOrderApi({
      eventStore,
      lifecycle: retail,
      region,
      consistency: 'eventual',
      clock: { nowMs: Date.now },
      random: Math.random,
      sleep: (ms) => sleep(ms),
      sha256,
      settings: { defaultTenant: 'default' },
      observability: quietObservability(),
    }),
    projector: createProjector({
      eventStore,
      viewStore,
      fold: (entries) => fold(entries, retail),
      observability: { logger, middlewares, count: () => undefined },
    }),
  };
};
