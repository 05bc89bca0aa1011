import { createInMemoryStorage, defineLifecycle, openLedger, retailDefinition } from 'rejoin';
import * as z from 'zod';

/** Retail, and gifts are wrapped before they are packed. */
const giftShop = defineLifecycle({
  ...retailDefinition,
  name: 'gift-shop',
  fields: { ...retailDefinition.fields, paper: { merge: 'lww', value: z.string() } },
  events: {
    ...retailDefinition.events,
    GiftWrapped: {
      kind: 'fact',
      transitions: [{ from: ['paid'], to: 'same' }],
      weight: 2,
      versions: [{ schema: z.strictObject({ paper: z.string().max(64) }) }],
      writes: { paper: { set: 'paper' } },
    },
  },
});

const ledger = openLedger({ lifecycle: giftShop, ...createInMemoryStorage({ region: 'us-east-1' }) });
const order = ledger.order({ tenant: 'acme', orderId: '1001' });

const desk = { idempotencyKey: 'desk-5', source: 'warehouse' };
const wrapped = await order.record({ type: 'GiftWrapped', data: { paper: 'stars' } }, desk);
// A fact is always taken. Until the order is known here it has no place, and a case says so.
if (wrapped.kind === 'appended') console.log(wrapped.order.status, wrapped.order.class);

// @ts-expect-error It does not compile, and would be refused at run time, too.
const refused = await order.record({ type: 'GiftWrapped', data: {} }, { ...desk, idempotencyKey: 'desk-6' });
if (refused.kind === 'invalid-payload') console.log(refused.issues[0]?.path.join('.'));
