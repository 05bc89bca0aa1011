/**
 * An order as this region has it, but not before the region has what the client saw elsewhere.
 *
 * What counts is the closed cut, of which the state is folded: an entry that lies in the table and waits for a predecessor
 * is not seen yet.
 */
import { type NotCovered, refuseBehind } from '../../domain/decide/decide.ts';
import { fold } from '../../domain/fold/fold.ts';
import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import type { Cut } from '../../domain/ledger/cut.ts';
import type { Consistency } from '../../domain/ledger/position.ts';
import type { Lifecycle } from '../../domain/lifecycle/define-lifecycle.ts';
import type { EventStore, LoadedStream } from '../../domain/ports/event-store.ts';
import { readWhatIsHere } from './read-what-is-here.ts';
import { askUntil, type Wait, type WaitDeps } from './wait.ts';

export interface CoveringDeps extends WaitDeps {
  readonly eventStore: EventStore;
  readonly lifecycle: Lifecycle;
  readonly consistency: Consistency;
}

export interface Demand {
  /** What the client has seen; undefined asks for whatever is here. */
  readonly after: Cut | undefined;
  readonly wait: Wait;
}

export type Covering =
  | {
      readonly kind: 'covered';
      readonly loaded: LoadedStream;
      readonly folded: FoldedStream;
      /** `eventual`: the region has no quorum, and this is what it holds. */
      readonly read: Consistency;
    }
  | (NotCovered & { readonly seen: Cut });

/** Loads once where that covers the demand, or where none is made. Throws LedgerFault. */
export const loadCovering = (deps: CoveringDeps, stream: string, { after, wait }: Demand): Promise<Covering> => {
  const load = async (): Promise<Covering> => {
    const { found: loaded, fault } = await readWhatIsHere(deps.consistency, (consistency) =>
      deps.eventStore.load(stream, { consistency }),
    );
    const folded = fold(loaded.entries, deps.lifecycle);
    const behind = refuseBehind(folded.cut, after);
    if (behind) return { ...behind, seen: folded.cut };
    if (fault && loaded.entries.length === 0) throw fault;
    return { kind: 'covered', loaded, folded, read: fault ? 'eventual' : 'strong' };
  };
  return askUntil(deps, wait, load, ({ kind }) => kind === 'covered');
};
