/** The lists that there are: orders with open cases, and those of each status that the lifecycle has. */
import { useTotals } from '../live/use-totals.ts';
import { formatOrdersPlace, fromStart, type OrdersList, type OrdersPlace } from '../model/orders-place.ts';
import { formatRoute } from '../model/route.ts';
import { usePlace } from '../place.ts';

export const OrderLists = ({ place }: { readonly place: OrdersPlace }) => {
  const { config } = usePlace();
  const { list: shown } = place;
  // An address may name another; what the region says of it is shown as well.
  const statuses =
    shown.kind === 'status' && !config.statuses.includes(shown.status)
      ? [...config.statuses, shown.status]
      : config.statuses;
  const totals = useTotals()?.totals;
  const countOf = (status: string): string => totals?.[`status.${status}`]?.toLocaleString() ?? '';
  return (
    <nav class="tabs" aria-label="Lists of orders">
      <ListLink place={place} list={{ kind: 'open-cases' }} name="With open cases" />
      {statuses.map((status) => (
        <ListLink key={status} place={place} list={{ kind: 'status', status }} name={status} count={countOf(status)} />
      ))}
      {shown.kind === 'customer' && <ListLink place={place} list={shown} name="Of one customer" />}
    </nav>
  );
};

interface ListLinkProps {
  readonly place: OrdersPlace;
  readonly list: OrdersList;
  readonly name: string;
  readonly count?: string;
}

const ListLink = ({ place, list, name, count = '' }: ListLinkProps) => (
  <a
    href={formatRoute({ page: 'orders', query: formatOrdersPlace({ ...fromStart(place), list }) })}
    aria-current={isSame(place.list, list) ? 'page' : undefined}
  >
    {name}
    {count !== '' && <small class="quiet"> {count}</small>}
  </a>
);

const isSame = (left: OrdersList, right: OrdersList): boolean => JSON.stringify(left) === JSON.stringify(right);
