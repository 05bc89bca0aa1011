/**
 * Of the projector what the write plan has of it: it notes, batch by batch, that entries came in late.
 */

import { breakerDefaults } from '../../../../domain/write-plan/breaker.ts';
import type { Arrival } from '../../../../domain/write-plan/late-arrival.ts';
import { createBacklogWatch } from '../../../../services/write-plan/backlog-watch.ts';
import { createLateArrivals } from '../../../../services/write-plan/late-arrivals.ts';
import { createRegionDocument } from '../../../../services/write-plan/region-document.ts';
import type { LambdaHost } from '../../region/lambda-host.ts';
import type { PlanClock } from '../model/plan-clock.ts';
import { failOnBug } from './fail-on-bug.ts';
import type { OpenPlanPorts, PlanPorts } from './plan-ports.ts';
import type { PlanRegionDeps } from './plan-region.ts';

export interface BacklogProjectorDeps extends PlanRegionDeps {
  readonly clock: PlanClock;
  readonly ports: OpenPlanPorts;
  readonly host: LambdaHost;
  readonly isReachable: () => boolean;
}

export interface BacklogProjector {
  readonly note: (arrival: Omit<Arrival, 'atMs'>) => void;
}

export const createBacklogProjector = (deps: BacklogProjectorDeps): BacklogProjector => {
  const { scheduler, clock, host, isReachable } = deps;
  let arrived: readonly Arrival[] = [];

  /** Every batch is a cold start. */
  const createWatch = ({ controlStore }: PlanPorts) =>
    createBacklogWatch({
      document: createRegionDocument(controlStore),
      lateArrivals: createLateArrivals(controlStore),
      breaker: breakerDefaults,
      clock,
      onFault: failOnBug(scheduler),
    });

  const project = (): void => {
    if (!isReachable()) {
      later();
      return;
    }
    const batch = arrived;
    arrived = [];
    host.invoke('projector', (invocation) =>
      createWatch(deps.ports('projector', invocation)).see({ arrived: batch, waiting: [] }),
    );
  };

  const later = (): void => scheduler.after(batchMs, 'batch of arrivals', project);

  return {
    note: (arrival) => {
      if (arrived.length === 0) later();
      arrived = [...arrived, { ...arrival, atMs: clock.nowMs() }];
    },
  };
};

const batchMs = 1_000;
