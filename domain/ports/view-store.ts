/**
 * Read-model rows of one region: derived, never replicated, each saying the cut that it was folded from.
 */
import type { Cut } from '../ledger/cut.ts';

export interface StoredView<Row> {
  readonly stream: string;
  readonly cut: Cut;
  readonly row: Row;
}

export type PutViewResult =
  | { readonly kind: 'stored' }
  /** The stored row has seen something that this one has not: fold again, or drop it if the stored cut covers it. */
  | { readonly kind: 'behind'; readonly storedCut: Cut };

export interface ViewStore<Row> {
  /** Writes the row if every region's number in the stored cut is at most the row's. Throws LedgerFault. */
  put(view: StoredView<Row>): Promise<PutViewResult>;
  get(stream: string): Promise<StoredView<Row> | undefined>;
  /** Every row, in no order. */
  all(): AsyncIterable<StoredView<Row>>;
}
