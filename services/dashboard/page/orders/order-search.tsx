/** The way to one order by its id, or to those of a customer by theirs: which of the two a text is, only who typed it knows. */
import { useState } from 'preact/hooks';
import { formatOrdersPlace, fromStart, type OrdersPlace } from '../model/orders-place.ts';
import { goTo } from '../router.ts';

export const OrderSearch = ({ place }: { readonly place: OrdersPlace }) => {
  const [text, setText] = useState(place.list.kind === 'customer' ? place.list.customer : '');
  const id = text.trim();
  const openOrder = () => id !== '' && goTo({ page: 'order', orderId: id, query: {} });
  const listCustomer = () =>
    id !== '' &&
    goTo({
      page: 'orders',
      query: formatOrdersPlace({ ...fromStart(place), list: { kind: 'customer', customer: id } }),
    });
  return (
    <search>
      <form
        class="row order-search"
        onSubmit={(event) => {
          event.preventDefault();
          openOrder();
        }}
      >
        <label>
          <span>Id of an order or of a customer</span>
          <input
            type="search"
            value={text}
            maxLength={256}
            autoComplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary" disabled={id === ''}>
          Open the order
        </button>
        <button type="button" disabled={id === ''} onClick={listCustomer}>
          List the customer's orders
        </button>
      </form>
    </search>
  );
};
