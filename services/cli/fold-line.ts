/**
 * A folded stream as the one line that `rejoin fold` prints: what scripts read, so its properties only ever grow.
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
  /** Only where there is something to say. */
  readonly provisional?: true;
  readonly approximated?: true;
  readonly voided?: readonly string[];
  readonly damaged?: readonly string[];
}

export const foldedToLine = (folded: FoldedStream): FoldLine => ({
  stream: folded.stream,
  status: folded.status,
  class: folded.class,
  cut: folded.cut,
  rejected: rejectedIds(folded),
  duplicates: folded.duplicates.map(({ id }) => id),
  pending: folded.pending.map(({ id }) => id),
  ambiguous: folded.ambiguous,
  fields: folded.fields,
  money: folded.money,
  history: folded.history.map(({ id }) => id),
  ...(folded.provisional && { provisional: true }),
  ...(folded.approximated && { approximated: true }),
  ...(folded.voided.length > 0 && { voided: folded.voided.map(({ id }) => id) }),
  ...(folded.damaged.length > 0 && { damaged: [...new Set(folded.damaged.map(({ position }) => position))] }),
});
