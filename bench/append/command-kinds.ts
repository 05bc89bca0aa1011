/** What is measured: the requests that an order team sends most, each on an order of its own. */
import type { OrderApiClient, Reply } from '../../test/support/order-api-client.ts';

export interface CommandKind {
  readonly name: string;
  /** What has to be there first; not measured. `id` is another one each time. */
  readonly prepare: (api: OrderApiClient, id: string) => Promise<void>;
  readonly send: (api: OrderApiClient, id: string) => Promise<Reply>;
  readonly status: number;
  /** It may be sent again and again to an order that was prepared once. */
  readonly changesNothing?: true;
}

/** Lambda's event carries it, so the entry does. */
const headers = { 'x-amzn-trace-id': 'Root=1-67f0a1b2-0123456789abcdef01234567;Sampled=1' };

const place = (api: OrderApiClient, id: string, customerId = `customer-${id}`): Promise<Reply> =>
  api.post(
    '/orders',
    `${id}.placed`,
    {
      orderId: id,
      customerId,
      currency: 'BRL',
      lines: [{ sku: '4244733e06e7ecb4970a6e2683c13e61', quantity: 1, unitPrice: 5890 }],
      shippingAddress: { line1: 'Rua Augusta 1500', city: 'Sao Paulo', postalCode: '01304-001', country: 'BR' },
    },
    { headers },
  );

const decide = (api: OrderApiClient, id: string, type: string, data: object = {}): Promise<Reply> =>
  api.post(`/orders/${id}/decisions`, `${id}.${type}`, { type, data }, { headers });

const record = (api: OrderApiClient, id: string, type: string, source: string, data: object = {}): Promise<Reply> =>
  api.post(`/orders/${id}/facts`, `${id}.${type}`, { type, source, data, occurredAt: 1_760_000_000_000 }, { headers });

const taken = ({ status, body }: Reply): void => {
  if (status !== 201) throw new Error(`a prepared command was answered ${status}: ${JSON.stringify(body)}`);
};

const placeFirst = async (api: OrderApiClient, id: string): Promise<void> => taken(await place(api, id));

const fiveEntries = async (api: OrderApiClient, id: string): Promise<void> => {
  taken(await place(api, id));
  taken(await record(api, id, 'PaymentCaptured', 'psp', { amount: 5890, reference: 'credit_card/1' }));
  taken(await decide(api, id, 'TagAdded', { tag: 'gift' }));
  taken(await record(api, id, 'OrderPacked', 'warehouse'));
  taken(await record(api, id, 'OrderShipped', 'carrier', { carrier: 'correios', trackingId: 'BR123456789' }));
};

const deliver = (api: OrderApiClient, id: string) => record(api, id, 'OrderDelivered', 'carrier');

/** The one that is measured against the floor. */
export const factOnFive: CommandKind = { name: 'fact on 5 entries', prepare: fiveEntries, send: deliver, status: 201 };

export const commandKinds: readonly CommandKind[] = [
  { name: 'create, new customer', prepare: async () => undefined, send: (api, id) => place(api, id), status: 201 },
  {
    name: 'create, known customer',
    prepare: (api, id) => placeFirst(api, id),
    send: (api, id) => place(api, `${id}-b`, `customer-${id}`),
    status: 201,
  },
  {
    name: 'decision on 5 entries',
    prepare: fiveEntries,
    send: (api, id) => decide(api, id, 'NoteChanged', { note: 'Leave it with the neighbour.' }),
    status: 201,
  },
  factOnFive,
  {
    name: 'retry of that fact',
    prepare: async (api, id) => {
      await fiveEntries(api, id);
      taken(await deliver(api, id));
    },
    send: deliver,
    status: 201,
    changesNothing: true,
  },
  {
    name: 'refused decision',
    prepare: fiveEntries,
    send: (api, id) => decide(api, id, 'OrderCancelled'),
    status: 409,
    changesNothing: true,
  },
  {
    name: 'read of 5 entries',
    prepare: fiveEntries,
    send: (api, id) => api.get(`/orders/${id}`),
    status: 200,
    changesNothing: true,
  },
  {
    name: 'exchange: cancel, place',
    prepare: (api, id) => placeFirst(api, id),
    send: (api, id) =>
      api.post(
        '/commands',
        `${id}.exchange`,
        {
          orders: [
            { orderId: id, type: 'OrderCancelled', data: {} },
            {
              orderId: `${id}-b`,
              type: 'OrderPlaced',
              data: {
                customerId: `customer-${id}`,
                currency: 'BRL',
                lines: [{ sku: 'e5f2d52b802189ee658865ca93d83a8f', quantity: 1, unitPrice: 5890 }],
                shippingAddress: { line1: 'Rua Augusta 1500', city: 'Sao Paulo', country: 'BR' },
              },
            },
          ],
        },
        { headers },
      ),
    status: 201,
  },
];

export const sendMeasured = async ({ name, send, status }: CommandKind, api: OrderApiClient, id: string) => {
  const reply = await send(api, id);
  if (reply.status !== status) throw new Error(`${name} was answered ${reply.status}: ${JSON.stringify(reply.body)}`);
};
