/**
 * What became of a put, judged by what stands at its positions: the same for one entry and for a group, and for every
 * adapter that keeps the ledger's items.
 */
import type { AppendResult } from '../../domain/ports/event-store.ts';
import type { LedgerItem } from './entry-codec.ts';

/** What identifies the entry at a position; whoever reads a table does not know what it is. */
export interface StandingItem {
  readonly id: unknown;
  readonly hash: unknown;
}

/**
 * Undefined where nothing of it stands: it was not done. Where a part of a group stands alone (one leg was lost and is
 * not repaired yet) the caller has to load and decide again: then it appends what is missing.
 */
export const judgeAppend = (
  ours: readonly LedgerItem[],
  standing: readonly (StandingItem | undefined)[],
): AppendResult | undefined => {
  if (standing.every((it) => it === undefined)) return undefined;
  return ours.every((item, i) => isSame(item, standing[i])) ? { kind: 'appended' } : { kind: 'position-taken' };
};

/** The hash is compared too: to acknowledge another content under our id would lose ours. */
export const isSame = (ours: StandingItem, standing: StandingItem | undefined): boolean =>
  standing !== undefined && standing.id === ours.id && standing.hash === ours.hash;
