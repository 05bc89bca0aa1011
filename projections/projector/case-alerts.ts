/**
 * What became of an order's cases since people were told last, as alerts.
 *
 * Rows are the memory of what was said: a row that knows of a case says so by its state, and names the case as unsaid
 * until the alert is out. So a case that was alerted and is gone a moment later is withdrawn, whoever died in between.
 * Where a row has news of very many cases it names them all at once, since a row has to fit.
 */
import type { Case, FoldedStream } from '../../domain/fold/folded-stream.ts';
import { coversCut } from '../../domain/ledger/cut.ts';
import type { CaseAlert } from '../../domain/ports/alert-bus.ts';
import type { StoredView } from '../../domain/ports/view-store.ts';
import { type CaseState, caseState, caseStatesOf, caseStatesOfRow, type OrderView } from '../views/order-view.ts';

/** What people may have been told, by the case's id. */
export interface Said {
  readonly states: ReadonlyMap<string, CaseState>;
  /** Of these nobody knows whether they were told; with `everyCase` among them, of none. */
  readonly unsaid: ReadonlySet<string>;
}

export interface CaseAlertContext {
  readonly region: string;
  /** Of the code that folded. */
  readonly version: string;
  readonly atMs: number;
}

/**
 * From the rows of all generations that are fed, the live one first. Whoever wrote the row that has seen the most was the
 * last to tell people anything; of equal cuts, the newest code was.
 */
export const saidByRows = (rows: readonly (StoredView<OrderView> | undefined)[]): Said => {
  const standing = rows.filter((row) => row !== undefined);
  const latest = standing.reduce<StoredView<OrderView> | undefined>(
    (best, row) => (best && !isLater(row, best) ? best : row),
    undefined,
  );
  return {
    states: latest ? caseStatesOfRow(latest.row) : new Map(),
    unsaid: new Set(standing.flatMap(({ unsaid }) => unsaid ?? [])),
  };
};

const isLater = (row: StoredView<OrderView>, than: StoredView<OrderView>): boolean =>
  coversCut(row.cut, than.cut) && (!coversCut(than.cut, row.cut) || row.version > than.version);

/** One a case at most. */
export const caseAlerts = (
  said: Said,
  folded: FoldedStream,
  { region, version, atMs }: CaseAlertContext,
): readonly CaseAlert[] => {
  const common = { stream: folded.stream, region, cut: folded.cut, version, atMs };
  const states = caseStatesOf(folded);
  const isNews = (id: string, state: CaseState): boolean =>
    said.unsaid.has(everyCase) || said.unsaid.has(id) || said.states.get(id) !== state;
  const told = [...said.states].flatMap(([id, state]) => (state === 'settled' ? [] : [id]));
  const gone = new Set([...said.unsaid, ...told].filter((id) => id !== everyCase && !states.has(id)));
  const changed = new Map<string, Case>();
  for (const it of folded.cases) {
    const state = caseState(it);
    if (states.get(it.id) === state && isNews(it.id, state) && !changed.has(it.id)) changed.set(it.id, it);
  }
  return [
    ...[...changed.values()].map((it) => ({ ...common, type: alertTypes[caseState(it)], ...describe(it) })),
    ...[...gone].map((caseId) => ({ ...common, type: withdrawn, caseId, reasons: [], opponents: [] })),
  ];
};

/** What a row names as unsaid while these are on their way. */
export const unsaidWhile = (alerts: readonly CaseAlert[]): readonly string[] => {
  if (alerts.length <= unsaidMax) return alerts.map(({ caseId }) => caseId);
  return [everyCase, ...alerts.filter(({ type }) => type === withdrawn).map(({ caseId }) => caseId)];
};

/** No id: every case of the row. */
const everyCase = '*';
const unsaidMax = 100;
const withdrawn = 'CaseWithdrawn' as const;

const alertTypes: Readonly<Record<CaseState, CaseAlert['type']>> = {
  illegal: 'IllegalTransition',
  review: 'ConflictNeedsReview',
  settled: 'CaseSettled',
};

const describe = ({ id, position, reasons, opponents, settledBy }: Case) => ({
  caseId: id,
  position,
  reasons,
  opponents,
  ...(settledBy === undefined ? {} : { settledBy }),
});
