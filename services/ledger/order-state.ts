/**
 * What a client reads of an order: the fold's result in the words of the API, with what may happen next.
 */
import { type LegalMoves, legalMoves } from '../../domain/decide/legal-moves.ts';
import { type Case, type FoldedStream, isOpen, type StreamClass } from '../../domain/fold/folded-stream.ts';
import { type Cut, cutToToken } from '../../domain/ledger/cut.ts';
import type { Lifecycle, Status } from '../../domain/lifecycle/define-lifecycle.ts';

/** As much of it as who writes needs to go on, and nothing of what the order is about. */
export interface OrderProgress {
  readonly orderId: string;
  readonly status: Status;
  readonly provisional: boolean;
  readonly class: StreamClass;
  /** The cut as a string: ETag, and what a client hands to the other region. */
  readonly token: string;
  readonly cut: Cut;
  readonly region: string;
  readonly legalMoves: LegalMoves;
  readonly ambiguous: boolean;
  /** Entries that wait for a predecessor from another region. */
  readonly pending: number;
}

export interface OrderState extends OrderProgress {
  readonly fields: FoldedStream['fields'];
  readonly money: FoldedStream['money'];
  /** Those that a person is asked about now. */
  readonly cases: readonly Omit<Case, 'settledBy'>[];
}

export interface OrderContext {
  readonly orderId: string;
  readonly region: string;
  readonly lifecycle: Lifecycle;
}

export const orderState = (folded: FoldedStream, context: OrderContext): OrderState => ({
  ...orderProgress(folded, context),
  fields: folded.fields,
  money: folded.money,
  cases: folded.cases.filter(isOpen).map(({ settledBy: _, ...open }) => open),
});

export const orderProgress = (folded: FoldedStream, { orderId, region, lifecycle }: OrderContext): OrderProgress => ({
  orderId,
  status: folded.status,
  provisional: folded.provisional,
  class: folded.class,
  token: cutToToken(folded.cut),
  cut: folded.cut,
  region,
  legalMoves: legalMoves(lifecycle, folded.status),
  ambiguous: folded.ambiguous,
  pending: folded.pending.length,
});
