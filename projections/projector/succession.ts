/**
 * What may follow a stored row: the one rule by which views never go back.
 *
 * A row gives way to one that has seen at least as much and was folded by code that is at least as new. Code that is
 * older than the row's must not touch it, however much it has seen: a deployment that rolls out puts new rows beside
 * invocations of the old code, and those would put the old meaning over the new one.
 */
import { coversCut, equalCuts } from '../../domain/ledger/cut.ts';
import type { StoredView } from '../../domain/ports/view-store.ts';

export type Succession =
  | 'replaces'
  /** The stored row says this already, or newer code has seen all of it. */
  | 'stands'
  /** The stored row has seen something that this fold has not. */
  | 'fold-again'
  /** Newer code folded the stored row, and has not seen all that this fold has. */
  | 'outdated';

type Dated = Pick<StoredView<unknown>, 'cut' | 'version'>;

export const succession = (standing: Dated | undefined, next: Dated): Succession => {
  if (!standing) return 'replaces';
  if (standing.version > next.version) return coversCut(standing.cut, next.cut) ? 'stands' : 'outdated';
  if (!coversCut(next.cut, standing.cut)) return 'fold-again';
  return standing.version === next.version && equalCuts(standing.cut, next.cut) ? 'stands' : 'replaces';
};
