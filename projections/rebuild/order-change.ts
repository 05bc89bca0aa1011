/**
 * How an order would look to people after the code or the lifecycle changed: another status, class, or other open cases.
 * What else a row says follows from those, or moves with every deployment.
 */
import type { FoldedStream, StreamClass } from '../../domain/fold/folded-stream.ts';
import type { Status } from '../../domain/lifecycle/define-lifecycle.ts';
import { type CaseState, caseStatesOf, caseStatesOfRow, type OrderView } from '../views/order-view.ts';

export interface OrderStanding {
  readonly status: Status;
  readonly class: StreamClass;
  /** By the case's id, those that wait for a person. */
  readonly openCases: OpenCaseStates;
}

export type OpenCaseStates = Readonly<Record<string, Exclude<CaseState, 'settled'>>>;

export interface OrderChange {
  readonly stream: string;
  readonly before: OrderStanding;
  readonly after: OrderStanding;
  readonly changed: readonly ChangeKind[];
}

export type ChangeKind = 'status' | 'class' | 'open-cases';

/** Orders, by what changed in them; one order may count several times. */
export type ChangesByKind = Readonly<Record<ChangeKind, number>>;

export const noChanges: ChangesByKind = { status: 0, class: 0, 'open-cases': 0 };

export const addChange = (counts: ChangesByKind, { changed }: OrderChange): ChangesByKind => ({
  ...counts,
  ...Object.fromEntries(changed.map((kind) => [kind, counts[kind] + 1])),
});

export const findChange = (stream: string, before: OrderStanding, after: OrderStanding): OrderChange | undefined => {
  const changed: ChangeKind[] = [];
  if (before.status !== after.status) changed.push('status');
  if (before.class !== after.class) changed.push('class');
  if (!isSame(before.openCases, after.openCases)) changed.push('open-cases');
  return changed.length > 0 ? { stream, before, after, changed } : undefined;
};

export const standingOfFold = (folded: FoldedStream): OrderStanding => ({
  status: folded.status,
  class: folded.class,
  openCases: openOnly(caseStatesOf(folded)),
});

export const standingOfRow = (row: OrderView): OrderStanding => ({
  status: row.status,
  class: row.class,
  openCases: openOnly(caseStatesOfRow(row)),
});

const openOnly = (states: ReadonlyMap<string, CaseState>): OpenCaseStates =>
  Object.fromEntries([...states].flatMap(([id, state]) => (state === 'settled' ? [] : [[id, state]])));

const isSame = (left: OpenCaseStates, right: OpenCaseStates): boolean => {
  const ids = Object.keys(left);
  return ids.length === Object.keys(right).length && ids.every((id) => left[id] === right[id]);
};
