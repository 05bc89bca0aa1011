/**
 * Copied beside the installed package and run there: the ledger over a table, as a service on AWS opens it but for who
 * wraps the keys. Where DynamoDB is, and as whom, the SDK reads from the environment.
 */
import { createDocumentClient, LedgerFault, openLedger, retail } from 'rejoin';

const [ledgerTable = '', path = ''] = process.argv.slice(2);
const personalData = { kind: 'key-file', path } as const;

const ledger = openLedger({ lifecycle: retail, region: 'us-east-1', ledgerTable, personalData });
const order = ledger.order({ tenant: 'acme', orderId: '1001' });
const shippingAddress = { line1: '1 High Street', city: 'Dublin', country: 'IE' };

const placed = await order.decide(
  { type: 'OrderPlaced', data: { customerId: 'c-1', currency: 'EUR', lines: [], shippingAddress } },
  { idempotencyKey: 'k-1' },
);
const again = await order.decide(
  { type: 'OrderPlaced', data: { customerId: 'c-1', currency: 'EUR', lines: [], shippingAddress } },
  { idempotencyKey: 'k-1' },
);
const known = await order.read();
const stored: unknown[] = [];
for await (const item of order.entries()) if (item.kind === 'entry') stored.push(item.entry.events[0]?.data);

// Nobody listens there.
const documentClient = createDocumentClient({ region: 'us-east-1', endpoint: 'http://127.0.0.1:9' });
const cutOff = openLedger({ lifecycle: retail, region: 'us-east-1', ledgerTable, personalData, documentClient });
const fault = await cutOff
  .order({ tenant: 'acme', orderId: '1001' })
  .read()
  .catch((error: unknown) => error);

console.log(
  JSON.stringify({
    kinds: [placed.kind, again.kind],
    address: known.kind === 'found' ? known.order.fields.shippingAddress : undefined,
    stored,
    fault: fault instanceof LedgerFault ? fault.code : String(fault),
  }),
);
