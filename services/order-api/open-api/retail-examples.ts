/**
 * An order of the retail lifecycle from the first request to the return, as the examples of the OpenAPI document.
 *
 * A test sends them in this order and compares what is answered with what stands here, all but ids, times and digests.
 */
import { caseAnswers } from './case-example-answers.ts';
import { planAnswers } from './plan-example-answers.ts';
import { answers, newAddress, orderId, otherLines, placed } from './retail-answers.ts';

export interface Example {
  readonly operationId: string;
  readonly name: string;
  readonly summary: string;
  /** Of the order in the path. */
  readonly orderId?: string;
  /** The example whose entry the case in the path is about. */
  readonly caseOf?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly status: number;
  readonly answer?: unknown;
}

export const retailExamples: readonly Example[] = [
  {
    operationId: 'placeOrder',
    name: 'ownNumber',
    summary: 'An order with a number of the shop',
    headers: { 'idempotency-key': 'place-1001' },
    body: { orderId: '1001', ...placed },
    status: 201,
    answer: answers.ownNumber,
  },
  {
    operationId: 'placeOrder',
    name: 'derivedNumber',
    summary: 'An order whose number follows from the key',
    headers: { 'idempotency-key': 'cart-5512' },
    body: placed,
    status: 201,
  },
  {
    operationId: 'appendDecision',
    name: 'changeAddress',
    summary: 'A change of address, decided on the state that the client read',
    orderId,
    headers: { 'idempotency-key': 'address-1001-2', 'if-match': '"us-east-1:1"' },
    body: { type: 'AddressChanged', data: { shippingAddress: newAddress } },
    status: 201,
    answer: answers.changeAddress,
  },
  {
    operationId: 'recordFact',
    name: 'paymentCaptured',
    summary: 'A payment, reported by its provider',
    orderId,
    headers: { 'idempotency-key': 'psp-8841' },
    body: {
      type: 'PaymentCaptured',
      source: 'psp',
      occurredAt: '2026-01-01T09:30:00+01:00',
      data: { amount: 9980, reference: 'ch_8841' },
    },
    status: 201,
    answer: answers.paymentCaptured,
  },
  {
    operationId: 'appendDecision',
    name: 'twoEvents',
    summary: 'Two events that become one entry',
    orderId,
    headers: { 'idempotency-key': 'note-1001-1' },
    body: {
      events: [
        { type: 'NoteChanged', data: { note: 'Ring twice' } },
        { type: 'TagAdded', data: { tag: 'gift' } },
      ],
    },
    status: 201,
    answer: answers.twoEvents,
  },
  {
    operationId: 'recordOrderFactBatch',
    name: 'packedAndShipped',
    summary: 'Two reports about one order',
    orderId,
    body: {
      facts: [
        { idempotencyKey: 'wms-77', type: 'OrderPacked', source: 'warehouse' },
        {
          idempotencyKey: 'dhl-190',
          type: 'OrderShipped',
          source: 'carrier',
          data: { carrier: 'dhl', trackingId: 'JD014600003RS' },
        },
      ],
    },
    status: 200,
    answer: answers.packedAndShipped,
  },
  {
    operationId: 'recordFactBatch',
    name: 'oneRefused',
    summary: 'Two reports, of which one says something else under a key that was used',
    body: {
      facts: [
        { orderId: '1001', idempotencyKey: 'dhl-191', type: 'OrderDelivered', source: 'carrier' },
        { orderId: '1001', idempotencyKey: 'psp-8841', type: 'PaymentCaptured', source: 'psp', data: { amount: 5000 } },
      ],
    },
    status: 200,
    answer: answers.oneRefused,
  },
  {
    operationId: 'takeGroup',
    name: 'exchange',
    summary: 'An exchange: one order comes back, another is placed',
    headers: { 'idempotency-key': 'exchange-1001' },
    body: {
      orders: [
        { orderId: '1001', type: 'ReturnRequested', data: { reason: 'Wrong colour' } },
        { orderId: '1002', type: 'OrderPlaced', data: { ...placed, lines: otherLines } },
      ],
    },
    status: 201,
    answer: answers.exchange,
  },
  {
    operationId: 'appendDecision',
    name: 'resolve',
    summary: 'A reviewer decides',
    orderId: '1002',
    headers: { 'idempotency-key': 'resolve-1002-1' },
    body: { type: 'ConflictResolved', data: { cases: [], status: 'paid', reason: 'Paid with the first order' } },
    status: 201,
    answer: answers.resolve,
  },
  {
    operationId: 'readOrder',
    name: 'returning',
    summary: 'An order on its way back',
    orderId,
    status: 200,
    answer: answers.returning,
  },
  {
    operationId: 'listOrders',
    name: 'byStatus',
    summary: 'What is coming back',
    query: { status: 'returning', limit: '10' },
    status: 200,
    answer: answers.byStatus,
  },
  {
    operationId: 'readTotals',
    name: 'threeOrders',
    summary: 'What a small shop adds up to',
    status: 200,
    answer: answers.totals,
  },
  {
    operationId: 'readEntries',
    name: 'firstPage',
    summary: 'The first entry of an order',
    orderId,
    query: { limit: '1' },
    status: 200,
    answer: answers.firstPage,
  },
  {
    operationId: 'explainOrder',
    name: 'plain',
    summary: 'An order without conflicts',
    orderId: '1002',
    status: 200,
    answer: answers.plain,
  },
  {
    operationId: 'recordFact',
    name: 'deliveredEarly',
    summary: 'A delivery of what nobody has sent: it is taken, and becomes a case',
    orderId: '1002',
    headers: { 'idempotency-key': 'dhl-204' },
    body: { type: 'OrderDelivered', source: 'carrier' },
    status: 201,
  },
  {
    operationId: 'listCases',
    name: 'waiting',
    summary: 'What waits for a decision',
    status: 200,
    answer: caseAnswers.waiting,
  },
  {
    operationId: 'readCase',
    name: 'deliveredBeforeSent',
    summary: 'A delivery of what nobody has sent',
    caseOf: 'deliveredEarly',
    status: 200,
    answer: caseAnswers.deliveredBeforeSent,
  },
  {
    operationId: 'resolveCase',
    name: 'itArrived',
    summary: 'A reviewer decides, on the state of the page',
    caseOf: 'deliveredEarly',
    headers: { 'idempotency-key': 'decide-1002-1', 'if-match': '"us-east-1:3"' },
    body: { outcome: { status: 'delivered' }, reason: 'The carrier has a signature; the scan of the sending was lost' },
    status: 201,
    answer: caseAnswers.itArrived,
  },
  {
    operationId: 'resolveCase',
    name: 'decidedBefore',
    summary: 'Another reviewer had the same page open, and hears what was decided',
    caseOf: 'deliveredEarly',
    headers: { 'idempotency-key': 'decide-1002-2' },
    body: { outcome: {}, reason: 'A mistake of the carrier' },
    status: 200,
    answer: caseAnswers.decidedBefore,
  },
  {
    operationId: 'changePlan',
    name: 'promote',
    summary: 'Another region becomes primary',
    headers: { 'idempotency-key': 'patch-night-1' },
    body: { primary: 'eu-west-1', reason: 'us-east-1 is being patched tonight' },
    status: 201,
    answer: planAnswers.changed,
  },
  {
    operationId: 'readPlan',
    name: 'promoted',
    summary: 'The plan after a change',
    status: 200,
    answer: planAnswers.plan,
  },
  {
    operationId: 'readReplication',
    name: 'healthy',
    summary: 'A link that is well',
    status: 200,
    answer: planAnswers.replication,
  },
  {
    operationId: 'readTraffic',
    name: 'lately',
    summary: 'The last minutes',
    status: 200,
    answer: answers.traffic,
  },
  { operationId: 'readHealth', name: 'ok', summary: 'The API answers', status: 200, answer: answers.ok },
  {
    operationId: 'readOpenApi',
    name: 'start',
    summary: 'The beginning of this document',
    status: 200,
    answer: answers.start,
  },
];
