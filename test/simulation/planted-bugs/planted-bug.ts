/**
 * A planted bug: a wrapper around a port or a function that goes wrong in one known way, so that the simulator can show
 * that it would notice. Production code has no switch for any of them.
 */
import type { FoldedStream } from '../../../domain/fold/folded-stream.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import type { Consistency } from '../../../domain/ledger/position.ts';
import type { Clock } from '../../../domain/ports/clock.ts';
import type { EventStore } from '../../../domain/ports/event-store.ts';
import type { LedgerItem } from '../../../infra/dynamodb/entry-codec.ts';
import type { appendCommand } from '../../../services/order-api/append-command.ts';
import type { Scheduler } from '../kernel/scheduler.ts';
import type { GlobalTable } from '../model/global-table.ts';
import type { ViewPutPort, ViewTable } from '../model/simulated-view-store.ts';

export interface PlantedContext {
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  readonly views: ViewTable;
}

export type Append = typeof appendCommand;
export type Fold = (entries: readonly Entry[]) => FoldedStream;

export interface PlantedBug {
  readonly name: string;
  /** Which checkers may say so first. */
  readonly caughtBy: readonly string[];
  /** The number of seeds within which it must be caught. */
  readonly seedsMax: number;
  /** A shorter run cannot show it; such seeds count as tried. */
  readonly needsMs?: number;
  /** The table on which it shows; `eventual` unless it says so. */
  readonly consistency?: Consistency;
  readonly table?: (table: GlobalTable<LedgerItem>) => GlobalTable<LedgerItem>;
  readonly append?: (append: Append, context: PlantedContext) => Append;
  readonly apiEventStore?: (store: EventStore, context: PlantedContext) => EventStore;
  readonly projectorEventStore?: (store: EventStore, context: PlantedContext) => EventStore;
  readonly viewStore?: (store: ViewPutPort, context: PlantedContext) => ViewPutPort;
  readonly fold?: (fold: Fold, context: PlantedContext) => Fold;
}
