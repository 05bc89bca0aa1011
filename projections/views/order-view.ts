/**
 * The order view: one row an order, what a shop's pages and support desk read.
 *
 * A row is a function of the folded stream alone: no clock, no counter, no order of arrival. So two regions that have
 * seen the same entries hold the same bytes, which is how the world (and an auditor) checks that they agree.
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
  readonly pending: number;
  readonly voided: number;
  /** Entries that lost their position to another, and items that are no entries. */
  readonly damaged: number;
  readonly cases: number;
}

/** `unreadableItems`: stored items that are no entries, which no fold can know of. */
export const foldedToOrderView = (folded: FoldedStream, unreadableItems = 0): StoredView<OrderView> => ({
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
      pending: folded.pending.length,
      voided: folded.voided.length,
      damaged: folded.damaged.length + unreadableItems,
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
