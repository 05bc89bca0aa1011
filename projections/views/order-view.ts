/**
 * The order view: one row an order, what a shop's pages, its support desk and its reports read.
 *
 * A row is a function of its cut and of the code that folded it: no clock, no order of arrival, and nothing of what lies
 * beyond the cut, such as entries that still wait. So rows of equal cuts are equal bytes, and whether two regions agree
 * can be seen by comparing rows, which is how the world (and an auditor) checks it. Its own lists are bounded, so that the
 * row of an order that a looping writer filled still fits; what the lifecycle's fields hold is as large as it was written.
 */
import {
  type Case,
  type FoldedStream,
  type HistoryStep,
  isOpen,
  type StreamClass,
} from '../../domain/fold/folded-stream.ts';
import { invariant } from '../../domain/kernel/invariant.ts';
import { parsePosition } from '../../domain/ledger/position.ts';
import { parseOrderStream } from '../../domain/ledger/stream-name.ts';
import type { Lifecycle, Status } from '../../domain/lifecycle/define-lifecycle.ts';
import type { Listing, StoredView, Totals } from '../../domain/ports/view-store.ts';

export interface OrderView {
  readonly status: Status;
  /** The status rejects an accepted decision that nobody has reviewed yet. */
  readonly provisional: boolean;
  readonly class: StreamClass;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly money: Readonly<Record<string, number>>;
  /** Of every case. */
  readonly caseStates: CaseStates;
  /** Cases that wait for a person, oldest first; `counts.openCases` says how many there are. */
  readonly openCases: readonly OpenCase[];
  /** The newest steps of the history in the order in which they were applied; `counts.entries` says how many there are. */
  readonly timeline: readonly TimelineStep[];
  readonly counts: OrderCounts;
  readonly ambiguous: boolean;
  readonly approximated: boolean;
}

/** illegal: rejected, and nothing elsewhere explains it. review: a person must decide. */
export type CaseState = 'illegal' | 'review' | 'settled';
/** Ids by state: the shortest form, since there may be as many as entries. States without a case are absent. */
export type CaseStates = Readonly<Partial<Record<CaseState, readonly string[]>>>;

export type OpenCase = Pick<Case, 'id' | 'position' | 'reasons' | 'opponents' | 'fields'>;

/** When it was accepted is in its id. Of an entry of many events, the first types. */
export type TimelineStep = Omit<HistoryStep, 'kind'>;

export interface OrderCounts {
  /** Entries that took part in the history, the rejected ones included. */
  readonly entries: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly voided: number;
  readonly cases: number;
  readonly openCases: number;
}

/** Raised when the fold, the row or what is derived from it can come out differently for the same entries. */
const viewVersion = 1;

/** Of everything that decides what a row says, as text that sorts like the deployments: `0001.0003`. */
export const projectionVersion = ({ version }: Lifecycle): string =>
  [viewVersion, version].map((part) => String(part).padStart(4, '0')).join('.');

const openCasesMax = 100;
const opponentsMax = 10;
const timelineStepsMax = 100;
const timelineTypesMax = 10;

export interface FoldedAt {
  /** From projectionVersion. */
  readonly version: string;
  readonly foldedAtMs: number;
}

export const foldedToOrderView = (folded: FoldedStream, { version, foldedAtMs }: FoldedAt): StoredView<OrderView> => {
  const states = caseStatesOf(folded);
  const open = [...new Map(folded.cases.filter(isOpen).map((it) => [it.id, it])).values()];
  return {
    stream: folded.stream,
    cut: folded.cut,
    version,
    foldedAtMs,
    listing: listingOf(folded),
    contribution: contributionOf(folded),
    row: {
      status: folded.status,
      provisional: folded.provisional,
      class: folded.class,
      fields: folded.fields,
      money: folded.money,
      caseStates: groupByState(states),
      openCases: open.slice(0, openCasesMax).map(caseToOpenCase),
      timeline: folded.history.slice(-timelineStepsMax).map(stepToTimeline),
      counts: {
        entries: folded.history.length,
        rejected: folded.history.filter(({ accepted }) => !accepted).length,
        duplicates: folded.duplicates.length,
        voided: folded.voided.length,
        cases: states.size,
        openCases: open.length,
      },
      ambiguous: folded.ambiguous,
      approximated: folded.approximated,
    },
  };
};

export const caseState = (it: Case): CaseState => {
  if (!isOpen(it)) return 'settled';
  return it.reasons.every((reason) => reason === 'illegal') ? 'illegal' : 'review';
};

/**
 * By the case's id. Two entries that a bypassing writer gave one id are one case to whoever is told of it: the state that
 * asks for more counts.
 */
export const caseStatesOf = ({ cases }: Pick<FoldedStream, 'cases'>): ReadonlyMap<string, CaseState> => {
  const states = new Map<string, CaseState>();
  for (const it of cases) {
    const [state, known] = [caseState(it), states.get(it.id)];
    if (known === undefined || urgency.indexOf(state) > urgency.indexOf(known)) states.set(it.id, state);
  }
  return states;
};

/** The same of a row. */
export const caseStatesOfRow = ({ caseStates }: Pick<OrderView, 'caseStates'>): ReadonlyMap<string, CaseState> =>
  new Map(urgency.flatMap((state) => (caseStates[state] ?? []).map((id) => [id, state] as const)));

const urgency: readonly CaseState[] = ['settled', 'illegal', 'review'];

const groupByState = (states: ReadonlyMap<string, CaseState>): CaseStates =>
  Object.fromEntries(
    [...Map.groupBy(states, ([, state]) => state)].map(([state, ofState]) => [state, ofState.map(([id]) => id)]),
  );

const stepToTimeline = ({ kind: _, types, ...step }: HistoryStep): TimelineStep => ({
  ...step,
  types: types.slice(0, timelineTypesMax),
});

const caseToOpenCase = ({ id, position, reasons, opponents, fields }: Case): OpenCase => ({
  id,
  position,
  reasons,
  opponents: opponents.slice(0, opponentsMax),
  fields,
});

const listingOf = (folded: FoldedStream): Listing => {
  const order = parseOrderStream(folded.stream);
  invariant(order, 'only orders have an order view');
  const { tenant, orderId } = order;
  const customerId = folded.fields['customerId'];
  const openCase = folded.cases.find(isOpen);
  return {
    tenant,
    place: `${oldestId(folded)}/${orderId}`,
    status: folded.status,
    customerId: typeof customerId === 'string' && customerId !== '' ? customerId : undefined,
    openCase: openCase && `${openCase.id}/${orderId}`,
  };
};

const oldestId = ({ history, duplicates, voided }: FoldedStream): string => {
  let oldest = noId;
  for (const { id } of [...history, ...duplicates, ...voided]) if (id < oldest) oldest = id;
  return oldest;
};

/** After every ULID: of an order of which nothing can be read yet. */
const noId = '~';

/** By name: orders by status and class, cases by state, entries by the writer that accepted them, money by currency. */
const contributionOf = (folded: FoldedStream): Totals => {
  const totals: Record<string, number> = {};
  const add = (name: string, amount: number): void => {
    if (amount !== 0) totals[name] = (totals[name] ?? 0) + amount;
  };
  add('orders', 1);
  add(`status.${folded.status}`, 1);
  add(`class.${folded.class}`, 1);
  add('provisional', folded.provisional ? 1 : 0);
  for (const state of caseStatesOf(folded).values()) add(`cases.${state}`, 1);
  for (const [writer, entries] of Object.entries(folded.cut)) add(`entries.${writer}`, entries);
  for (const { position, accepted } of folded.history) if (!accepted) add(`rejected.${writerOf(position)}`, 1);
  for (const { position } of folded.duplicates) add(`duplicates.${writerOf(position)}`, 1);
  const currency = folded.fields['currency'];
  for (const [kind, amount] of Object.entries(folded.money))
    add(`money.${kind}.${typeof currency === 'string' ? currency : noCurrency}`, amount);
  return totals;
};

/** ISO 4217 for "no currency is involved": money of an order whose currency is not known here yet. */
const noCurrency = 'XXX';

const writerOf = (position: string): string => parsePosition(position)?.writer ?? position;
