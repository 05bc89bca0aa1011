/**
 * `GET /orders`: the orders of one status or one customer, newest first, or those with open cases, oldest case first.
 *
 * The lists are this region's views, which follow its ledger within moments: `foldedAt` and `token` say what a row has
 * seen, and `GET /orders/{id}` is the order as it is now. `class` leaves orders out of a page after it was read, so a page
 * may be short or even empty and still have a `cursor`: only a page without one is the last.
 */
import type { StreamClass } from '../../domain/fold/folded-stream.ts';
import { invariant } from '../../domain/kernel/invariant.ts';
import { cutToToken } from '../../domain/ledger/cut.ts';
import { parseOrderStream } from '../../domain/ledger/stream-name.ts';
import type { Status } from '../../domain/lifecycle/define-lifecycle.ts';
import type { StoredView } from '../../domain/ports/view-store.ts';
import type { OrderView } from '../../projections/views/order-view.ts';
import { type Answer, answerOk, answerProblem } from './http-answer.ts';
import { readOrdersQuery } from './list-query.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { refuseHeader } from './read-headers.ts';
import type { ApiRequest } from './request.ts';

export interface OrdersPage {
  readonly orders: readonly ListedOrder[];
  /** `cursor` of the next page; absent on the last. */
  readonly cursor?: string;
}

export interface ListedOrder {
  readonly orderId: string;
  readonly status: Status;
  readonly provisional: boolean;
  readonly class: StreamClass;
  readonly customerId?: string;
  readonly money: OrderView['money'];
  /** What the money counts in; absent where it is not known. */
  readonly currency?: string;
  /** How many wait for a person. */
  readonly openCases: number;
  /** The cut that the row was folded from. */
  readonly token: string;
  /** When the row was folded, in ISO 8601. */
  readonly foldedAt: string;
  readonly region: string;
}

export const listOrders =
  ({ views, lifecycle, region }: OrderApiDeps) =>
  async ({ event, caller: { tenant } }: ApiRequest): Promise<Answer> => {
    const token = refuseHeader(
      event,
      'Rejoin-Token',
      'A list follows many orders; send the token of one to its own path.',
    );
    if (token.kind === 'refused') return answerProblem(token.refusal);
    const query = readOrdersQuery(event, { tenant, lifecycle });
    if (query.kind === 'refused') return answerProblem(query.refusal);
    const { list, class: streamClass } = query.value;
    const page = await views.list(list);
    const listed = page.views.filter(({ row }) => streamClass === undefined || row.class === streamClass);
    const answered: OrdersPage = {
      orders: listed.map((view) => viewToListedOrder(view, region)),
      ...(page.next !== undefined && { cursor: page.next }),
    };
    return answerOk(answered);
  };

const viewToListedOrder = (
  { stream, cut, foldedAtMs, listing, row }: StoredView<OrderView>,
  region: string,
): ListedOrder => {
  const order = parseOrderStream(stream);
  invariant(order, 'only orders have an order view');
  const { currency } = row.fields;
  return {
    orderId: order.orderId,
    status: row.status,
    provisional: row.provisional,
    class: row.class,
    ...(listing.customerId !== undefined && { customerId: listing.customerId }),
    money: row.money,
    ...(typeof currency === 'string' && { currency }),
    openCases: row.counts.openCases,
    token: cutToToken(cut),
    foldedAt: new Date(foldedAtMs).toISOString(),
    region,
  };
};
