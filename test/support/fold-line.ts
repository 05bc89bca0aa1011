/**
 * The line that `rejoin fold` prints for one stream: what the fold and its reference are compared by.
 */
import { type FoldedStream, rejectedIds, type StreamClass } from '../../domain/fold/folded-stream.ts';
import type { Cut } from '../../domain/ledger/cut.ts';

export interface FoldLine {
  readonly stream: string;
  readonly status: string;
  readonly class: StreamClass;
  readonly cut: Cut;
  readonly rejected: readonly string[];
  readonly duplicates: readonly string[];
  readonly pending: readonly string[];
  readonly ambiguous: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly money: Readonly<Record<string, number>>;
  readonly history: readonly string[];
}

export const foldedToLine = (folded: FoldedStream): FoldLine => ({
  stream: folded.stream,
  status: folded.status,
  class: folded.class,
  cut: folded.cut,
  rejected: rejectedIds(folded),
  duplicates: folded.duplicates.map(({ id }) => id).sort(),
  pending: folded.pending.map(({ id }) => id).sort(),
  ambiguous: folded.ambiguous,
  fields: folded.fields,
  money: folded.money,
  history: folded.history.map(({ id }) => id),
});
