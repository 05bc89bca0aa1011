/**
 * A page of the cases of a tenant: those that wait for a decision, the oldest first, or those that are over, the newest
 * first; either list can be turned round. An order's cases stand together, where the oldest of them stands.
 *
 * Which cases wait is what the live views say, so none is hidden by an alert that got lost; how far its review has come is
 * what this region remembers of it. Views and lives follow the ledger within moments, each by itself: where one says
 * waiting and the other over, the one that was written later is believed.
 */
import type { CaseReason, StreamClass } from '../../../domain/fold/folded-stream.ts';
import { invariant } from '../../../domain/kernel/invariant.ts';
import { cutToToken } from '../../../domain/ledger/cut.ts';
import { parsePosition } from '../../../domain/ledger/position.ts';
import { parseOrderStream } from '../../../domain/ledger/stream-name.ts';
import type { Status } from '../../../domain/lifecycle/define-lifecycle.ts';
import type { ListSort, StoredView } from '../../../domain/ports/view-store.ts';
import { type CaseLife, type CaseLifeState, isOver, type OverState } from '../../../domain/review/case-life.ts';
import type { LiveViews } from '../../../projections/read-models/live-views.ts';
import type { OpenCase, OrderView } from '../../../projections/views/order-view.ts';
import type { CaseLives } from '../../review/case-lives.ts';
import { type CasePlace, formatCursor, parseCursor } from './case-cursor.ts';

export interface CasesPage {
  readonly cases: readonly ListedCase[];
  /** `cursor` of the next page; absent on the last. */
  readonly cursor?: string;
}

export interface ListedCase {
  readonly caseId: string;
  readonly orderId: string;
  readonly state: CaseLifeState;
  /** The region that accepted the case's entry. */
  readonly region: string;
  readonly position: string;
  /** When it came to be in this state, in ISO 8601 as all times; absent where this region does not remember. */
  readonly since?: string;
  /** When this region found it open; absent where it does not remember. */
  readonly foundAt?: string;
  /** The number of the newest workflow here; 0 before the first. */
  readonly workflow: number;
  readonly lookAt?: string;
  readonly askedAt?: string;
  readonly escalations: number;
  /** The resolution, of a settled one. */
  readonly settledBy?: string;
  /** Of one that waits, as the next. */
  readonly reasons?: readonly CaseReason[];
  readonly order?: CaseOrder;
}

export interface CaseOrder {
  readonly status: Status;
  readonly provisional: boolean;
  readonly class: StreamClass;
  readonly money: OrderView['money'];
  /** What the money counts in, where the order has such a field. */
  readonly currency?: string;
  /** How many of the order wait: of more than 100, the oldest 100 are listed. */
  readonly openCases: number;
  readonly token: string;
}

export interface CasesQuery {
  readonly tenant: string;
  /** Undefined: all that are not over. */
  readonly state: CaseLifeState | undefined;
  /** Undefined: as the list has it. */
  readonly sort?: ListSort | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
}

export interface CasesDeps {
  readonly views: Pick<LiveViews<OrderView>, 'list'>;
  readonly lives: Pick<CaseLives, 'readAll' | 'pageOfOver'>;
}

/**
 * Looks on for cases of the state that is asked for, within reason: a page may be short or empty and still have a cursor.
 * Throws LedgerFault.
 */
export const listCasesPage = async (deps: CasesDeps, query: CasesQuery): Promise<CasesPage> => {
  const cases: ListedCase[] = [];
  let { cursor } = query;
  for (let reads = 1; reads <= readsMax; reads++) {
    const stretch = await readStretch(deps, { ...query, cursor });
    const taken = stretch.cases.slice(0, query.limit - cases.length);
    cases.push(...taken.map(({ listed }) => listed));
    cursor = taken.length < stretch.cases.length ? taken.at(-1)?.cursor : stretch.next;
    if (cursor === undefined || cases.length >= query.limit) break;
  }
  return { cases, ...(cursor !== undefined && { cursor }) };
};

const readsMax = 10;

/** Undefined is the list of all that wait. */
export const sortOf = (state: CaseLifeState | undefined): ListSort =>
  state !== undefined && isOver({ state }) ? 'newest' : 'oldest';

/** What one read of the list has of the cases that are asked for. */
interface Stretch {
  /** Each with the cursor of what comes after it. */
  readonly cases: readonly { readonly listed: ListedCase; readonly cursor: string }[];
  readonly next: string | undefined;
}

const readStretch = (deps: CasesDeps, { state, sort = sortOf(state), ...query }: CasesQuery): Promise<Stretch> => {
  switch (state) {
    case 'settled':
    case 'withdrawn':
      return stretchOfOver(deps, { ...query, state, sort });
    default:
      return stretchOfWaiting(deps, { ...query, state, sort });
  }
};

interface SortedQuery extends CasesQuery {
  readonly sort: ListSort;
}

interface OverQuery extends SortedQuery {
  readonly state: OverState;
}

const stretchOfOver = async (
  { lives }: CasesDeps,
  { tenant, state, sort, limit, cursor }: OverQuery,
): Promise<Stretch> => {
  const page = await lives.pageOfOver(tenant, state, { limit, sort, after: cursor });
  return { cases: page.lives.map((life) => ({ listed: lifeToListed(life), cursor: life.caseId })), next: page.next };
};

const stretchOfWaiting = async ({ views, lives }: CasesDeps, query: SortedQuery): Promise<Stretch> => {
  const { tenant, state, sort, limit } = query;
  const { after, place } = parseCursor(query.cursor, sort);
  const page = await views.list({ tenant, list: 'open-cases', sort, limit, after });
  const found = page.views.flatMap((view) => casesAfter(view, place, sort).map((it) => ({ view, it })));
  const taken = found.slice(0, limit);
  const stored = await lives.readAll(
    tenant,
    taken.map(({ view, it }) => ({ stream: view.stream, caseId: it.id })),
  );
  const cases = taken.map(({ view, it }, i) => ({
    listed: rowToListed(view, it, stored[i]?.life),
    cursor: formatCursor({ row: placeOf(view), caseId: it.id }),
  }));
  const isWanted = (listed: ListedCase): boolean => (state === undefined ? !isOver(listed) : listed.state === state);
  return {
    cases: cases.filter(({ listed }) => isWanted(listed)),
    next: found.length > limit ? cases.at(-1)?.cursor : page.next,
  };
};

const placeOf = ({ listing }: StoredView<OrderView>): string => listing.openCase ?? '';

/** Those of a row that the pages before have not had. */
const casesAfter = (view: StoredView<OrderView>, place: CasePlace | undefined, sort: ListSort): readonly OpenCase[] => {
  const isBeyond = (text: string, mark: string): boolean => (sort === 'oldest' ? text > mark : text < mark);
  const cases = view.row.openCases.toSorted((left, right) => (isBeyond(left.id, right.id) ? 1 : -1));
  if (place === undefined || isBeyond(placeOf(view), place.row)) return cases;
  return placeOf(view) === place.row ? cases.filter(({ id }) => isBeyond(id, place.caseId)) : [];
};

const lifeToListed = (life: CaseLife): ListedCase => {
  const order = parseOrderStream(life.stream);
  invariant(order, 'only orders have cases');
  const { caseId, state, position, acceptedIn: region } = life;
  return { caseId, orderId: order.orderId, state, region, position, ...lifeParts(life) };
};

const rowToListed = (
  view: StoredView<OrderView>,
  { id: caseId, position, reasons }: OpenCase,
  life: CaseLife | undefined,
): ListedCase => {
  const order = parseOrderStream(view.stream);
  invariant(order, 'only orders have an order view');
  const { row } = view;
  const { currency } = row.fields;
  const state = stateOf(life, view.foldedAtMs);
  const region = life?.acceptedIn ?? parsePosition(position)?.writer ?? position;
  return {
    caseId,
    orderId: order.orderId,
    state,
    region,
    position,
    ...(life?.state === state ? lifeParts(life) : { workflow: life?.workflow ?? 0, escalations: 0 }),
    reasons,
    order: {
      status: row.status,
      provisional: row.provisional,
      class: row.class,
      money: row.money,
      ...(typeof currency === 'string' && { currency }),
      openCases: row.counts.openCases,
      token: cutToToken(view.cut),
    },
  };
};

/** A row that was folded after the case was over saw it open again. */
const stateOf = (life: CaseLife | undefined, foldedAtMs: number): CaseLifeState => {
  if (!life) return 'open';
  return isOver(life) && foldedAtMs > life.sinceMs ? 'reopened' : life.state;
};

export type CaseLifeParts = Pick<
  ListedCase,
  'since' | 'foundAt' | 'workflow' | 'lookAt' | 'askedAt' | 'escalations' | 'settledBy'
>;

/** The token under which a workflow waits is not among them: who has it can answer in its stead. */
export const lifeParts = (life: CaseLife): CaseLifeParts => ({
  since: isoTime(life.sinceMs),
  foundAt: isoTime(life.foundAtMs),
  workflow: life.workflow,
  ...(life.lookAtMs !== undefined && { lookAt: isoTime(life.lookAtMs) }),
  ...(life.task && { askedAt: isoTime(life.task.askedAtMs) }),
  escalations: life.escalations,
  ...(life.settledBy !== undefined && { settledBy: life.settledBy }),
});

export const isoTime = (ms: number): string => new Date(ms).toISOString();
