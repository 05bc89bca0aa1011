/**
 * The line of `rejoin fold`, without the properties that the reference fold does not compute.
 */
import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import { foldedToLine as foldedToPrintedLine, type FoldLine as PrintedLine } from '../../services/cli/fold-line.ts';

export type FoldLine = Omit<PrintedLine, 'provisional' | 'approximated' | 'voided' | 'damaged'>;

export const foldedToLine = (folded: FoldedStream): FoldLine => {
  const { provisional: _, approximated: __, voided: ___, damaged: ____, ...line } = foldedToPrintedLine(folded);
  return line;
};
