/**
 * A planted bug: a wrapper around a port or a function that goes wrong in one known way, so that the simulator can show
 * that it would notice. Production code has no switch for any of them.
 */
import type { Consistency } from '../../../domain/ledger/position.ts';
import type { AlertBus, CaseAlert } from '../../../domain/ports/alert-bus.ts';
import type { Clock } from '../../../domain/ports/clock.ts';
import type { ControlStore } from '../../../domain/ports/control-store.ts';
import type { EventStore } from '../../../domain/ports/event-store.ts';
import type { OpenViews } from '../../../domain/ports/view-store.ts';
import type { LedgerItem } from '../../../infra/dynamodb/entry-codec.ts';
import type { OrderView } from '../../../projections/views/order-view.ts';
import type { appendCommand } from '../../../services/ledger/append-commands.ts';
import type { SimulationOptions } from '../faults/fault-options.ts';
import type { ReviewOptions } from '../faults/review-options.ts';
import type { Scheduler } from '../kernel/scheduler.ts';
import type { GlobalTable } from '../model/global-table.ts';
import type { ViewTables } from '../model/view-tables.ts';
import type { ReviewRole } from '../region/ports.ts';
import type { ProjectionCode } from '../region/projection-code.ts';
import type { GivenToReview } from '../region/review-ports.ts';

export interface PlantedContext {
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  readonly views: ViewTables;
  /** Of the region; for the API the one that it always has. */
  readonly code: ProjectionCode;
}

export type Append = typeof appendCommand;

/** What the projector, a rebuild and a clean-up are given. */
export interface ProjectionPorts {
  readonly eventStore: EventStore;
  readonly openViews: OpenViews<OrderView>;
  readonly alertBus: AlertBus;
  readonly controlStore: ControlStore;
  readonly fold: ProjectionCode['fold'];
}

export interface PlantedBug {
  readonly name: string;
  /** Which checkers may say so first. */
  readonly caughtBy: readonly string[];
  /** The number of seeds within which it must be caught. */
  readonly seedsMax: number;
  /** A shorter run cannot show it; such seeds count as tried. */
  readonly needsMs?: number;
  /** The weather in which it shows; a seed draws the rest. */
  readonly faults?: Partial<SimulationOptions['faults']>;
  /** The table on which it shows; `eventual` unless it says so. */
  readonly consistency?: Consistency;
  /** Of the review: every seed has one. */
  readonly isReviewed?: boolean;
  readonly reviewOptions?: Partial<ReviewOptions>;
  readonly table?: (table: GlobalTable<LedgerItem>) => GlobalTable<LedgerItem>;
  readonly append?: (append: Append, context: PlantedContext) => Append;
  readonly apiEventStore?: (store: EventStore, context: PlantedContext) => EventStore;
  readonly projector?: (ports: ProjectionPorts, context: PlantedContext) => ProjectionPorts;
  readonly rebuild?: (ports: ProjectionPorts, context: PlantedContext) => ProjectionPorts;
  readonly cleanUp?: (ports: ProjectionPorts, context: PlantedContext) => ProjectionPorts;
  /** What an invocation of a review's function is given. */
  readonly review?: (given: GivenToReview, role: ReviewRole) => GivenToReview;
  /** What open-case is given beside that for an alert. */
  readonly believes?: (given: GivenToReview, alert: CaseAlert) => GivenToReview;
}
