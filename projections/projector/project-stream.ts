/**
 * Brings one order's view up to what this region's ledger holds.
 *
 * The caller only says that something happened to a stream; what happened is read from the ledger, all of it. So it
 * does not matter in which order doorbells ring, how often, or how late: the row written is always the fold of
 * everything here, and the cut condition keeps a projector that slept from putting an older fold over a newer one.
 */
import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import { type Cut, coversCut } from '../../domain/ledger/cut.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { type DamagedItem, type EventStore, LedgerFault } from '../../domain/ports/event-store.ts';
import type { ViewStore } from '../../domain/ports/view-store.ts';
import { foldedToOrderView, type OrderView } from '../views/order-view.ts';

export interface ProjectStreamDeps {
  readonly eventStore: Pick<EventStore, 'load'>;
  readonly viewStore: Pick<ViewStore<OrderView>, 'put'>;
  readonly fold: (entries: readonly Entry[]) => FoldedStream;
}

export type Projected =
  | { readonly kind: 'stored'; readonly folded: FoldedStream; readonly damaged: readonly DamagedItem[] }
  /** A newer view stands already. */
  | { readonly kind: 'superseded'; readonly storedCut: Cut }
  /** This region holds no readable entry of the stream. */
  | { readonly kind: 'empty'; readonly damaged: readonly DamagedItem[] };

/** A stored view that is neither older nor newer means that the ledger grew since we read it; once is the normal case. */
const foldsMax = 4;

/** Throws LedgerFault, after which the doorbell has to ring again. */
export const projectStream = async (deps: ProjectStreamDeps, stream: string): Promise<Projected> => {
  for (let folds = 0; folds < foldsMax; folds++) {
    const { entries, damaged } = await deps.eventStore.load(stream);
    if (entries.length === 0) return { kind: 'empty', damaged };
    const folded = deps.fold(entries);
    const put = await deps.viewStore.put(foldedToOrderView(folded));
    if (put.kind === 'stored') return { kind: 'stored', folded, damaged };
    if (coversCut(put.storedCut, folded.cut)) return { kind: 'superseded', storedCut: put.storedCut };
  }
  throw new LedgerFault('unavailable', `the view of ${stream} has seen what this region's ledger does not hold`);
};
