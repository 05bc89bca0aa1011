/** What an order is about: its fields, as the fold merged them. */
import type { OrderState } from '../../../ledger/order-state.ts';
import { Fact } from '../components/fact.tsx';
import { Value } from '../components/value.tsx';
import { formatRoute } from '../model/route.ts';

export const OrderFields = ({ order: { fields } }: { readonly order: OrderState }) => (
  <section class="card order-fields" aria-labelledby="fields-title">
    <h2 id="fields-title">Fields</h2>
    {Object.keys(fields).length === 0 ? (
      <p class="quiet">Nothing has been written.</p>
    ) : (
      <dl class="facts">
        {Object.entries(fields).map(([name, value]) => (
          <Fact key={name} name={name}>
            {name === 'customerId' && typeof value === 'string' ? <CustomerLink id={value} /> : <Value of={value} />}
          </Fact>
        ))}
      </dl>
    )}
  </section>
);

const CustomerLink = ({ id }: { readonly id: string }) => (
  <a href={formatRoute({ page: 'orders', query: { customer: id } })}>
    <bdi class="foreign">{id}</bdi>
  </a>
);
