/**
 * Within a generation no row ever goes back, in what it has seen or in the code that folded it: no late projector,
 * duplicate, retry, rebuild or older deployment.
 */
import { coversCut, cutToToken } from '../../../domain/ledger/cut.ts';
import type { ViewRow } from '../model/view-tables.ts';
import type { Checker } from './checker.ts';

export const viewsAdvance = (): Checker => ({
  invariant: '4 a view’s cut only grows, and so does its version',
  onRow: ({ region, generation, stream, row, before }) => {
    if (!row || !before) return undefined;
    if (coversCut(row.view.cut, before.view.cut) && row.view.version >= before.view.version) return undefined;
    return `the view of ${stream} in ${region.name} (${generation}) went from ${tell(before)} to ${tell(row)}`;
  },
});

const tell = ({ view }: ViewRow): string => `${cutToToken(view.cut)} by ${view.version}`;
