/** What every function of the review is given. */
import type { Lifecycle } from '../../domain/lifecycle/define-lifecycle.ts';
import type { AlertBus } from '../../domain/ports/alert-bus.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { EventStore } from '../../domain/ports/event-store.ts';
import type { ReviewMetrics } from '../../domain/ports/metrics.ts';
import type { ReviewWorkflows } from '../../domain/ports/review-workflows.ts';
import type { GraceMs } from '../../domain/review/grace.ts';
import type { Observability } from '../middleware/observability.ts';
import type { CaseLives } from './case-lives.ts';
import type { RegionWatch } from './region-watch.ts';

export interface ReviewDeps {
  readonly region: string;
  /** Of the table, this one among them. */
  readonly regions: readonly string[];
  readonly lifecycle: Lifecycle;
  readonly eventStore: Pick<EventStore, 'load'>;
  readonly lives: CaseLives;
  readonly workflows: ReviewWorkflows;
  readonly alertBus: AlertBus;
  readonly regionWatch: RegionWatch;
  /** From graceOf. */
  readonly grace: GraceMs;
  readonly clock: Clock;
  readonly logger: Observability['logger'];
  readonly metrics: ReviewMetrics;
}
