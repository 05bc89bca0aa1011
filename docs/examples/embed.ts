import { createInMemoryStorage, openLedger, retail } from 'rejoin';

const ledger = openLedger({ lifecycle: retail, ...createInMemoryStorage({ region: 'us-east-1' }) });
const order = ledger.order({ tenant: 'acme', orderId: '1001' });

const placed = await order.decide(
  {
    type: 'OrderPlaced',
    data: {
      customerId: 'c-1',
      currency: 'EUR',
      lines: [{ sku: 'chair', quantity: 1, unitPrice: 4990 }],
      shippingAddress: { line1: '1 High Street', city: 'Dublin', country: 'IE' },
    },
  },
  { idempotencyKey: 'checkout-1001' },
);
console.log(placed.kind);

await order.record(
  { type: 'PaymentCaptured', data: { amount: 4990 } },
  { idempotencyKey: 'charge-77', source: 'psp', occurredAt: '2026-11-21T14:00:00Z' },
);

const returned = await order.decide({ type: 'ReturnRequested' }, { idempotencyKey: 'return-1001' });
switch (returned.kind) {
  case 'appended':
  case 'replayed':
    console.log(returned.order.status, returned.token);
    break;
  case 'illegal-transition':
    console.log(`${returned.status}: possible is ${returned.legalMoves.decisions.join(', ')}`);
    break;
  default:
    console.log(returned.kind);
}

const known = await order.read();
if (known.kind === 'found') console.log(known.order.status, known.order.money.captured, known.order.token);
