/**
 * What a fold says of one stream: its state, and why. Every list is a function of the set of entries alone.
 */
import type { Cut } from '../ledger/cut.ts';
import type { EntryKind } from '../ledger/entry.ts';
import type { Status } from '../lifecycle/define-lifecycle.ts';

/**
 * Worst last. none: no concurrency. merged: concurrent, but disjoint or commuting. late: nothing rejected, but not in
 * id order. precedence: the lifecycle or last-writer-wins decided, or a person has. illegal: rejected by nobody's doing
 * elsewhere. review: a person must decide.
 */
export const streamClasses = ['none', 'merged', 'late', 'precedence', 'illegal', 'review'] as const;
export type StreamClass = (typeof streamClasses)[number];

export interface FoldedStream {
  readonly stream: string;
  readonly status: Status;
  /** The status rejects a decision that a region had accepted, and no person has looked yet. */
  readonly provisional: boolean;
  readonly class: StreamClass;
  /** The closed cut: all of it was folded, nothing beyond it. */
  readonly cut: Cut;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly money: Readonly<Record<string, number>>;
  /** In the order in which the entries were applied; duplicates, pending and voided entries take no part. */
  readonly history: readonly HistoryStep[];
  readonly duplicates: readonly Duplicate[];
  readonly pending: readonly Pending[];
  readonly voided: readonly Voided[];
  readonly damaged: readonly Damaged[];
  /** One for each rejected entry, ambiguous chapter, field in dispute and pair of resolutions that disagree. */
  readonly cases: readonly Case[];
  /** What was merged without asking anybody. */
  readonly merges: readonly FieldMerge[];
  /** Histories of equal cost end in different statuses, and no person has decided yet. */
  readonly ambiguous: boolean;
  /** The exact search was too large; the history is a good one, the same everywhere, but perhaps not the cheapest. */
  readonly approximated: boolean;
  /** The last event's id of the largest well-formed entry of the cut: what a writer appends next has a larger id. */
  readonly newestId: string | undefined;
}

export interface HistoryStep {
  readonly id: string;
  readonly position: string;
  readonly kind: EntryKind;
  readonly source: string;
  readonly types: readonly string[];
  readonly from: Status;
  /** Equal to `from` when the entry is rejected. */
  readonly to: Status;
  readonly accepted: boolean;
}

export interface Duplicate {
  readonly id: string;
  readonly position: string;
  /** The entry that counts. */
  readonly repeats: string;
}

export interface Pending {
  readonly id: string;
  readonly position: string;
  /** The position that it needs next. That entry may be missing, or be here and wait for another. */
  readonly waitsFor: string;
}

export interface Voided {
  readonly id: string;
  readonly position: string;
  readonly reason: string;
}

export interface Damaged {
  readonly position: string;
  readonly keptHash: string;
  readonly droppedHash: string;
}

export type CaseReason =
  /** Rejected, and an entry that it had not seen is why. */
  | 'contested'
  /** Rejected, and no entry elsewhere is why: a predecessor is missing, or the writer is wrong. */
  | 'illegal'
  /** A second payload under an idempotency key. */
  | 'key-reused'
  /** The lifecycle allows two outcomes at the same cost. */
  | 'ambiguous'
  /** A critical field has values that no one chose between. */
  | 'field-disputed'
  /** Two people decided differently without having seen each other. */
  | 'resolutions-differ';

export interface Case {
  /** The entry's ULID. One case an entry; while it is open, its reasons are those that nobody has settled. */
  readonly id: string;
  readonly position: string;
  readonly reasons: readonly CaseReason[];
  /** Ids of the entries on the other side. */
  readonly opponents: readonly string[];
  readonly fields: readonly string[];
  /** Of an entry whose command spans several orders; absent for any other. */
  readonly group?: CaseGroup;
  /** The resolution that settled it; undefined while a person is asked. */
  readonly settledBy: string | undefined;
}

/** The other orders may stand as the command left them: whoever reviews one leg has to look at all. */
export interface CaseGroup {
  readonly commandId: string;
  /** All of the command's, this one too. */
  readonly orderIds: readonly string[];
}

export interface FieldMerge {
  readonly field: string;
  readonly rule: 'counter' | 'set' | 'lww' | 'critical';
  /** Ids of the concurrent entries that wrote it. */
  readonly entries: readonly string[];
}

/** Whether a person is asked about it now. */
export const isOpen = (it: Case): boolean => it.settledBy === undefined;

export const rejectedIds = (folded: FoldedStream): readonly string[] =>
  folded.history
    .filter((step) => !step.accepted)
    .map((step) => step.id)
    .sort();
