/** A page of a list of orders. Rows are views: each says when it was made, and of how much of the order. */
import type { ListedOrder } from '../../../order-api/list-orders.ts';
import { ForeignText } from '../components/foreign-text.tsx';
import { Money } from '../components/money.tsx';
import { Status } from '../components/status.tsx';
import { Time } from '../components/time.tsx';
import { useHeld } from '../live/use-held.ts';
import { useNow } from '../live/use-now.ts';
import { agoText } from '../model/age-text.ts';
import { countText } from '../model/count-text.ts';
import type { FilledPage } from '../model/fill-page.ts';
import { classToWords } from '../model/order-words.ts';
import { formatOrdersPlace, fromStart, type OrdersPlace } from '../model/orders-place.ts';
import { formatRoute } from '../model/route.ts';

export interface OrdersTableProps {
  readonly place: OrdersPlace;
  readonly page: FilledPage<ListedOrder>;
}

export const OrdersTable = ({ place, page }: OrdersTableProps) => {
  const nowMs = useNow();
  const { rows, waiting, hold } = useHeld(page.items, ({ orderId }) => orderId);
  return (
    <>
      {rows.length > 0 && (
        <div {...hold}>
          <table class="orders stacks">
            <caption class="unseen">
              Orders, {place.list.kind === 'open-cases' ? 'oldest case' : 'newest'} first
            </caption>
            <thead>
              <tr>
                <th scope="col">Order</th>
                <th scope="col">Status</th>
                <th scope="col">Class</th>
                <th scope="col">Customer</th>
                <th scope="col" class="number">
                  Money
                </th>
                <th scope="col" class="number">
                  Open cases
                </th>
                <th scope="col">As of</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ item, isGone }) => (
                <OrderRow key={item.orderId} order={item} isGone={isGone} place={place} nowMs={nowMs} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="quiet" role="status">
        {pageText(page, place)}
        {waiting > 0 && ` ${waiting} more came in; the list takes them up once you leave it.`}
      </p>
    </>
  );
};

const pageText = ({ items, cursor, requests }: FilledPage<ListedOrder>, { list, class: name }: OrdersPlace): string => {
  if (items.length === 0 && cursor === undefined) {
    if (name !== undefined) return 'There are none of this class.';
    return list.kind === 'open-cases' ? 'No order has an open case.' : 'There are none.';
  }
  const found = `${countText(items.length, 'order')} on this page.`;
  if (name === undefined || cursor === undefined) return found;
  const looked = requests > 1 ? `, after looking through ${requests} pages of the list` : '';
  return `${countText(items.length, 'order')} of this class on this page${looked}. The next page goes on looking.`;
};

interface OrderRowProps {
  readonly order: ListedOrder;
  readonly isGone: boolean;
  readonly place: OrdersPlace;
  readonly nowMs: number;
}

const OrderRow = ({ order, isGone, place, nowMs }: OrderRowProps) => {
  const { orderId, status, provisional, class: name, customerId, money, currency, openCases, foldedAt, token } = order;
  const words = classToWords(name);
  return (
    <tr class={isGone ? 'gone' : undefined}>
      <th scope="row" data-label="Order">
        <a href={formatRoute({ page: 'order', orderId, query: {} })}>{orderId}</a>
        {isGone && <Status tone="quiet">no longer in this list</Status>}
      </th>
      <td data-label="Status">
        {status} {provisional && <Status tone="warn">provisional</Status>}
      </td>
      <td data-label="Class">
        <Status tone={words.tone}>{words.name}</Status>
        <small class="under">{words.meaning}</small>
      </td>
      <td data-label="Customer">
        {customerId === undefined ? <span class="quiet">none</span> : <CustomerLink id={customerId} place={place} />}
      </td>
      <td data-label="Money" class="number">
        <Money money={money} currency={currency} />
      </td>
      <td data-label="Open cases" class="number">
        {openCases === 0 ? <span class="quiet">0</span> : openCases}
      </td>
      <td data-label="As of">
        <Time at={foldedAt} text={agoText(nowMs - Date.parse(foldedAt))} />
        <small class="under mono">{token}</small>
      </td>
    </tr>
  );
};

const CustomerLink = ({ id, place }: { readonly id: string; readonly place: OrdersPlace }) => (
  <a
    href={formatRoute({
      page: 'orders',
      query: formatOrdersPlace({ ...fromStart(place), list: { kind: 'customer', customer: id } }),
    })}
  >
    <ForeignText text={id} lengthMax={256} />
  </a>
);
