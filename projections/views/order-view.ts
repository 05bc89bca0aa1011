/**
 * The order view: one row an order, what a shop's pages and support desk read.
 *
 * A row is a function of its cut alone: no clock, no order of arrival, and nothing of what lies beyond the cut, such as
 * entries that still wait. So rows of equal cuts are equal bytes. It does not matter which of two projectors writes last,
 * and whether two regions agree can be seen by comparing rows, which is how the world (and an auditor) checks it.
 */
import {
  type Case,
  type FoldedStream,
  isOpen,
  rejectedIds,
  type StreamClass,
} from '../../domain/fold/folded-stream.ts';
import type { Status } from '../../domain/lifecycle/define-lifecycle.ts';
import type { StoredView } from '../../domain/ports/view-store.ts';

/** Views share a table; this is the name of this one in it. */
export const orderViewName = 'order';

export interface OrderView {
  readonly status: Status;
  /** The status rejects an accepted decision that nobody has reviewed yet. */
  readonly provisional: boolean;
  readonly class: StreamClass;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly money: Readonly<Record<string, number>>;
  /** Cases that wait for a person, oldest first. */
  readonly openCases: readonly OpenCase[];
  readonly counts: OrderCounts;
  /** Ids of entries that have no effect on the status. */
  readonly rejected: readonly string[];
  readonly ambiguous: boolean;
  readonly approximated: boolean;
}

export type OpenCase = Pick<Case, 'id' | 'position' | 'reasons' | 'opponents' | 'fields'>;

export interface OrderCounts {
  /** Entries that took part in the history, the rejected ones included. */
  readonly entries: number;
  readonly duplicates: number;
  readonly voided: number;
  readonly cases: number;
}

export const foldedToOrderView = (folded: FoldedStream): StoredView<OrderView> => ({
  stream: folded.stream,
  cut: folded.cut,
  row: {
    status: folded.status,
    provisional: folded.provisional,
    class: folded.class,
    fields: folded.fields,
    money: folded.money,
    openCases: folded.cases.filter(isOpen).map(caseToOpenCase),
    counts: {
      entries: folded.history.length,
      duplicates: folded.duplicates.length,
      voided: folded.voided.length,
      cases: folded.cases.length,
    },
    rejected: rejectedIds(folded),
    ambiguous: folded.ambiguous,
    approximated: folded.approximated,
  },
});

const caseToOpenCase = ({ id, position, reasons, opponents, fields }: Case): OpenCase => ({
  id,
  position,
  reasons,
  opponents,
  fields,
});
