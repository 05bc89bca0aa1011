/**
 * Where a page of waiting cases ended: behind an order of the list, or among the cases of one that did not fit.
 *
 * Any text is a place, as in the list of orders, so an invented cursor is a page of the same list. What a client is given
 * also says whether the list was turned round, since the same place has other pages behind it in the other direction.
 */
import type { ListSort } from '../../../domain/ports/view-store.ts';

export interface CasePlace {
  /** Where the order stands in the list of open cases. */
  readonly row: string;
  /** The last of its cases that was on a page. */
  readonly caseId: string;
}

export interface CaseCursor {
  /** For the list: the order of `place` is still to come. */
  readonly after: string | undefined;
  readonly place?: CasePlace;
}

export const formatCursor = ({ row, caseId }: CasePlace): string => `${row}${separator}${caseId}`;

export const parseCursor = (text: string | undefined, sort: ListSort): CaseCursor => {
  const at = text?.lastIndexOf(separator) ?? -1;
  if (text === undefined || at < 0) return { after: text };
  const place = { row: text.slice(0, at), caseId: text.slice(at + separator.length) };
  // Just short of the row: what lies between the two has been listed.
  const after = sort === 'oldest' ? place.row.slice(0, -1) : `${place.row}${separator}`;
  return { after: after === '' ? undefined : after, place };
};

/** In no ULID and no order id. */
const separator = '!';

/** As clients get it. */
export const markCursor = ({ place, isTurned }: MarkedCursor): string => (isTurned ? `${turned}${place}` : place);

export const unmarkCursor = (text: string): MarkedCursor => {
  const isTurned = text.startsWith(turned);
  return { isTurned, place: isTurned ? text.slice(turned.length) : text };
};

export interface MarkedCursor {
  readonly place: string;
  /** The list has not its own direction. */
  readonly isTurned: boolean;
}

/** No ULID begins with it. */
const turned = '-';
