/**
 * How a case stands by the ledger, which alone knows: folded from what this region holds now.
 */
import { fold } from '../../domain/fold/fold.ts';
import { type Case, type FoldedStream, isOpen } from '../../domain/fold/folded-stream.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import type { Lifecycle } from '../../domain/lifecycle/define-lifecycle.ts';
import type { EventStore } from '../../domain/ports/event-store.ts';
import { decisionsAbout } from '../../domain/review/decisions.ts';
import type { CaseRef } from './case-lives.ts';

export type CaseFinding =
  /** `entry`: the one that the case is about, in all but `unknown`. */
  | { readonly kind: 'open'; readonly entry: Entry; readonly found: Case; readonly folded: FoldedStream }
  | { readonly kind: 'settled'; readonly entry: Entry; readonly settledBy: string }
  /** There is nothing to decide about the entry. */
  | { readonly kind: 'withdrawn'; readonly entry: Entry }
  /** This region holds no such entry. */
  | { readonly kind: 'unknown' };

export interface LookDeps {
  readonly eventStore: Pick<EventStore, 'load'>;
  readonly lifecycle: Lifecycle;
}

/** Throws LedgerFault. */
export const lookAtCase = async ({ eventStore, lifecycle }: LookDeps, ref: CaseRef): Promise<CaseFinding> => {
  const { entries } = await eventStore.load(ref.stream);
  return findCase({ entries, lifecycle, folded: fold(entries, lifecycle) }, ref.caseId);
};

export interface FoldedCase {
  readonly entries: readonly Entry[];
  readonly lifecycle: Lifecycle;
  /** The fold of `entries`. */
  readonly folded: FoldedStream;
}

export const findCase = ({ entries, lifecycle, folded }: FoldedCase, caseId: string): CaseFinding => {
  // Two entries that a bypassing writer gave one id are one case: what is open counts.
  const cases = folded.cases.filter(({ id }) => id === caseId);
  const found = cases.find(isOpen) ?? cases[0];
  const entry = entries.find(({ id, position }) => id === caseId && (!found || position === found.position));
  if (!entry) return { kind: 'unknown' };
  if (!found) {
    // Once a person has chosen between the values of a field the fold finds no dispute: that is no withdrawal.
    const decision = decisionsAbout({ entries, lifecycle, folded, caseId }).find(({ stands }) => stands);
    return decision ? { kind: 'settled', entry, settledBy: decision.entryId } : { kind: 'withdrawn', entry };
  }
  return found.settledBy === undefined
    ? { kind: 'open', entry, found, folded }
    : { kind: 'settled', entry, settledBy: found.settledBy };
};
