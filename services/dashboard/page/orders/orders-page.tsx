/** Lists of orders, and the way to one. */
import { useMemo } from 'preact/hooks';
import { Pager } from '../components/pager.tsx';
import { ResourceView } from '../components/resource-view.tsx';
import { useResource } from '../live/use-resource.ts';
import { concernsCases } from '../model/changes.ts';
import { fillPage } from '../model/fill-page.ts';
import {
  formatOrdersPlace,
  fromStart,
  type OrdersPlace,
  ordersRequest,
  readOrdersPlace,
} from '../model/orders-place.ts';
import type { Query } from '../model/route.ts';
import { dearRestMs } from '../model/tick-pace.ts';
import { usePlace } from '../place.ts';
import { goTo } from '../router.ts';
import { useTrail } from '../use-trail.ts';
import { ClassChoice } from './class-choice.tsx';
import { OrderLists } from './order-lists.tsx';
import { OrderSearch } from './order-search.tsx';
import { OrdersTable } from './orders-table.tsx';

/** A class leaves orders out of a page: then so many of the API's pages are looked through for so many rows. */
const fill = { itemsMin: 25, requestsMax: 6 };

const goToList = (place: OrdersPlace): void => goTo({ page: 'orders', query: formatOrdersPlace(place) });

export const OrdersPage = ({ query }: { readonly query: Query }) => {
  const { api } = usePlace();
  const place = useMemo(() => readOrdersPlace(query), [query]);
  const listKey = JSON.stringify([api.region, formatOrdersPlace(fromStart(place))]);
  const trail = useTrail(listKey, place.cursor);
  const page = useResource({
    key: `${listKey} ${place.cursor ?? ''}`,
    load: (signal) =>
      fillPage(
        async (cursor) => {
          const answer = await api.listOrders(ordersRequest({ ...place, cursor }), signal);
          return { items: answer.orders, cursor: answer.cursor };
        },
        place.cursor,
        place.class === undefined ? { ...fill, requestsMax: 1 } : fill,
      ),
    concerns: concernsCases,
    restMs: ({ requests }) => (requests > 1 ? dearRestMs : 0),
  });
  const onward = page.value?.cursor;
  const goToPage = (cursor: string | undefined) => () => {
    trail.goTo(cursor);
    goToList({ ...place, cursor });
  };
  return (
    <>
      <h1>Orders</h1>
      <OrderSearch key={place.list.kind === 'customer' ? place.list.customer : ''} place={place} />
      <OrderLists place={place} />
      <section class="card" aria-labelledby="list-title">
        <div class="row spread">
          <h2 id="list-title">{titleOf(place)}</h2>
          <ClassChoice chosen={place.class} choose={(name) => goToList({ ...fromStart(place), class: name })} />
        </div>
        <ResourceView resource={page} what={`orders of ${api.region}`}>
          {(found) => <OrdersTable key={listKey} place={place} page={found} />}
        </ResourceView>
        <Pager
          label="Pages of orders"
          isOneWay
          onFirst={place.cursor === undefined ? undefined : goToPage(undefined)}
          onPrevious={trail.known.length > 1 ? goToPage(trail.known.at(-2)) : undefined}
          onNext={onward === undefined ? undefined : goToPage(onward)}
        />
      </section>
    </>
  );
};

const titleOf = ({ list }: OrdersPlace): string => {
  if (list.kind === 'status') return `Orders that are ${list.status}`;
  return list.kind === 'customer' ? 'Orders of one customer' : 'Orders with open cases';
};
