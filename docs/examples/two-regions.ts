import { createInMemoryStorage, type InMemoryStorage, openLedger, retail } from 'rejoin';

const key = { tenant: 'acme', orderId: '1001' };
const us = createInMemoryStorage({ region: 'us-east-1' });
const eu = createInMemoryStorage({ region: 'eu-west-1', keysOf: us });
const inUs = openLedger({ lifecycle: retail, ...us }).order(key);
const inEu = openLedger({ lifecycle: retail, ...eu }).order(key);

const replicate = async (from: InMemoryStorage, to: InMemoryStorage) => {
  const { entries } = await from.eventStore.load(`order/${key.tenant}/${key.orderId}`);
  for (const entry of entries) to.eventStore.replicate(entry);
};

const shippingAddress = { line1: '1 High Street', city: 'Dublin', country: 'IE' };
await inUs.decide(
  { type: 'OrderPlaced', data: { customerId: 'c-1', currency: 'EUR', lines: [], shippingAddress } },
  { idempotencyKey: 'checkout-1001' },
);
await inUs.record({ type: 'PaymentCaptured', data: { amount: 4990 } }, { idempotencyKey: 'charge-77', source: 'psp' });
await replicate(us, eu);

// The regions cannot see each other: one sends the parcel, the other cancels.
await inUs.record([{ type: 'OrderPacked' }, { type: 'OrderShipped' }], { idempotencyKey: 'p-9', source: 'carrier' });
await inEu.decide({ type: 'OrderCancelled' }, { idempotencyKey: 'cancel-1001' });

await replicate(us, eu);
await replicate(eu, us);
for (const order of [inUs, inEu]) {
  const known = await order.read();
  if (known.kind === 'found') console.log(known.order.region, known.order.status, known.order.class, known.order.token);
}
