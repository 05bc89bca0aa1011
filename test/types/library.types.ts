/**
 * What must compile for a team that embeds the ledger, and what must not. Never run: `tsc` reads it with every
 * `npm run verify`, and complains of a mistake that is none as it does of a right thing that is refused.
 */
import { expectTypeOf } from 'vitest';
import * as z from 'zod';
import {
  type DecisionOf,
  defineLifecycle,
  type FactOf,
  type Ledger,
  type Lifecycle,
  type OrderOf,
  type retail,
  type StatusOf,
  sealable,
} from '../../services/ledger/main.ts';

type Retail = typeof retail;

const key = { tenant: 'acme', orderId: 'a-1' };
const options = { idempotencyKey: 'k-1' };
const address = { line1: '1 High Street', city: 'Dublin', country: 'IE' };
const sealed = { sealed: 'v1', key: '0123456789abcdef', box: 'AAAAAAAAAAAAAAAAAAAAAA' } as const;

export const decisions = (ledger: Ledger<Retail>) => {
  const order = ledger.order(key);
  order.decide(
    { type: 'OrderPlaced', data: { customerId: 'c', currency: 'EUR', lines: [], shippingAddress: address } },
    options,
  );
  order.decide({ type: 'OrderCancelled' }, options);
  order.decide({ type: 'OrderCancelled', data: { reason: 'changed my mind' } }, options);
  order.decide(
    [
      { type: 'NoteChanged', data: { note: 'a gift' } },
      { type: 'TagAdded', data: { tag: 'gift' } },
    ],
    { ...options, ifMatch: 'us-east-1:1' },
  );

  // @ts-expect-error no such event type
  order.decide({ type: 'OrderTeleported' }, options);
  // @ts-expect-error a fact is no decision
  order.decide({ type: 'OrderPacked' }, options);
  // @ts-expect-error the payload is missing
  order.decide({ type: 'NoteChanged' }, options);
  // @ts-expect-error a property of the payload is missing
  order.decide({ type: 'OrderPlaced', data: { customerId: 'c', currency: 'EUR', lines: [] } }, options);
  // @ts-expect-error a property is of another type
  order.decide({ type: 'LoyaltyPointsAdjusted', data: { delta: '1' } }, options);
  // @ts-expect-error an unknown property
  order.decide({ type: 'NoteChanged', data: { note: 'a gift', colour: 'red' } }, options);
  // @ts-expect-error the payload of another event
  order.decide({ type: 'NoteChanged', data: { tag: 'gift' } }, options);
  // @ts-expect-error what is sealed is the ledger's own
  order.decide({ type: 'NoteChanged', data: { note: sealed } }, options);
  // @ts-expect-error no event at all
  order.decide([], options);
  // @ts-expect-error a write needs a key
  order.decide({ type: 'OrderCancelled' }, {});
};

export const facts = (ledger: Ledger<Retail>) => {
  const order = ledger.order(key);
  order.record({ type: 'PaymentCaptured', data: { amount: 4990 } }, { ...options, source: 'psp' });
  order.record({ type: 'OrderPacked' }, { ...options, source: 'warehouse' });

  // @ts-expect-error a fact names its source
  order.record({ type: 'OrderPacked' }, options);
  // @ts-expect-error a decision is no fact
  order.record({ type: 'OrderCancelled' }, { ...options, source: 'psp' });
  // @ts-expect-error money is a number
  order.record({ type: 'PaymentCaptured', data: { amount: '49.90' } }, { ...options, source: 'psp' });
  // @ts-expect-error nothing is written of an empty payload
  order.record({ type: 'OrderPacked', data: { by: 'me' } }, { ...options, source: 'warehouse' });
};

export const resolutions = (ledger: Ledger<Retail>) => {
  const order = ledger.order(key);
  const resolved = { cases: [], reason: 'asked the customer' };
  order.decide({ type: 'ConflictResolved', data: { ...resolved, status: 'shipped' } }, options);
  order.decide({ type: 'ConflictResolved', data: { ...resolved, fields: { shippingAddress: address } } }, options);

  // @ts-expect-error no such status
  order.decide({ type: 'ConflictResolved', data: { ...resolved, status: 'lost' } }, options);
  // @ts-expect-error nothing was decided before there was an order
  order.decide({ type: 'ConflictResolved', data: { ...resolved, status: 'none' } }, options);
  // @ts-expect-error a person says why
  order.decide({ type: 'ConflictResolved', data: { cases: [] } }, options);
  // @ts-expect-error a counter is changed by events only
  order.decide({ type: 'ConflictResolved', data: { ...resolved, fields: { points: 1 } } }, options);
  // @ts-expect-error the field holds something else
  order.decide({ type: 'ConflictResolved', data: { ...resolved, fields: { carrier: 7 } } }, options);
  // @ts-expect-error a resolution stands alone
  ledger.group([{ orderId: 'a-1', events: { type: 'ConflictResolved', data: resolved } }], { ...options, ...key });
};

export const states = async (ledger: Ledger<Retail>) => {
  const known = await ledger.order(key).read({ after: 'us-east-1:1', waitMs: 500 });
  // @ts-expect-error there may be no such order
  known.order;
  if (known.kind !== 'found') return;
  const { order } = known;
  expectTypeOf(order.status).toEqualTypeOf<StatusOf<Retail>>();
  expectTypeOf<'none' | 'placed' | 'refunded'>().toExtend<typeof order.status>();
  expectTypeOf<'lost'>().not.toExtend<typeof order.status>();
  expectTypeOf(order.fields.points).toEqualTypeOf<number | undefined>();
  expectTypeOf(order.fields.tags).toEqualTypeOf<readonly string[] | undefined>();
  expectTypeOf(order.fields.carrier).toEqualTypeOf<string | undefined>();
  // Personal: the key may be gone.
  expectTypeOf(order.fields.note).toEqualTypeOf<string | { readonly sealed: true } | undefined>();
  expectTypeOf(order.money).toEqualTypeOf<{ readonly captured: number; readonly refunded: number }>();
  expectTypeOf<'OrderCancelled'>().toExtend<(typeof order.legalMoves.decisions)[number]>();
  expectTypeOf<'ConflictResolved'>().not.toExtend<(typeof order.legalMoves.decisions)[number]>();
  expectTypeOf<'OrderShipped'>().toExtend<(typeof order.legalMoves.facts)[number]>();
  // @ts-expect-error no such field
  order.fields.colour;
};

const parcel = defineLifecycle({
  name: 'parcel',
  statuses: ['accepted', 'delivered'],
  fields: { weight: { merge: 'lww', value: z.number() } },
  money: [],
  resolutionWeight: 16,
  events: {
    ParcelAccepted: {
      kind: 'decision',
      transitions: [{ from: ['none'], to: 'accepted' }],
      weight: 8,
      versions: [
        { schema: z.strictObject({ pounds: z.number() }) },
        {
          schema: z.strictObject({ grams: z.number().int(), sender: sealable(z.string()).optional() }),
          upcast: ({ pounds }) => ({ grams: Math.round((pounds as number) * 454) }),
        },
      ],
      writes: { weight: { set: 'grams' } },
    },
    ParcelDelivered: {
      kind: 'fact',
      transitions: [{ from: ['accepted'], to: 'delivered' }],
      weight: 8,
      // Of a parser that is not zod nothing is known.
      versions: [{ schema: { safeParse: (data) => ({ success: true, data }) } }],
    },
  },
});

/** The newest version is the one that is written. */
export const ownLifecycle = () => {
  type Accepted = Extract<DecisionOf<typeof parcel>, { type: 'ParcelAccepted' }>;
  expectTypeOf<Accepted['data']>().toEqualTypeOf<{ readonly grams: number; readonly sender?: string | undefined }>();
  expectTypeOf<FactOf<typeof parcel>['type']>().toEqualTypeOf<'ParcelDelivered'>();
  expectTypeOf<NonNullable<FactOf<typeof parcel>['data']>>().toEqualTypeOf<Readonly<Record<string, unknown>>>();
  expectTypeOf<StatusOf<typeof parcel>>().toEqualTypeOf<'none' | 'accepted' | 'delivered'>();
  expectTypeOf<OrderOf<typeof parcel>['fields']['weight']>().toEqualTypeOf<number | undefined>();
};

/** A lifecycle of which nothing is known any more: any name, any payload. */
export const widened = async (ledger: Ledger<Lifecycle>) => {
  const order = ledger.order(key);
  order.decide({ type: 'Whatever', data: { it: 'takes' } }, options);
  order.record({ type: 'Whatever' }, { ...options, source: 'carrier' });
  const known = await order.read();
  if (known.kind !== 'found') return;
  expectTypeOf(known.order.status).toEqualTypeOf<string>();
  expectTypeOf(known.order.fields['anything']).toEqualTypeOf<unknown>();
  // @ts-expect-error still an event
  order.decide({ data: {} }, options);
};
