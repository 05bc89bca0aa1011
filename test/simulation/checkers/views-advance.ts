/**
 * A view's cut only grows: no late projector, duplicate or retry ever moves a view back.
 */
import { coversCut, cutToToken } from '../../../domain/ledger/cut.ts';
import type { Checker } from './checker.ts';

export const viewsAdvance = (): Checker => ({
  invariant: '4 a view’s cut only grows',
  onView: ({ region, stream, row, before }) => {
    if (!before || coversCut(row.cut, before.cut)) return undefined;
    return `the view of ${stream} in ${region} went from ${cutToToken(before.cut)} to ${cutToToken(row.cut)}`;
  },
});
