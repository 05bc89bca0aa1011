/**
 * Where a page of waiting cases ended: behind an order of the list, or among the cases of one that did not fit.
 *
 * Any text is a place, as in the list of orders, so an invented cursor is a page of the same list.
 */

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

export const parseCursor = (text: string | undefined): CaseCursor => {
  const at = text?.lastIndexOf(separator) ?? -1;
  if (text === undefined || at < 0) return { after: text };
  const [row, caseId] = [text.slice(0, at), text.slice(at + separator.length)];
  // A text without its end stands before it, and before it only what has been listed.
  const before = row.slice(0, -1);
  return { after: before === '' ? undefined : before, place: { row, caseId } };
};

/** In no ULID and no order id. */
const separator = '!';
