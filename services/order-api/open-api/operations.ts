/**
 * What the OpenAPI document says of each operation beside what the table of routes knows: in words, which body it takes,
 * what it answers, and which problems.
 */
import type { AnswerSchemas } from './answer-schemas.ts';
import type { BodySchemas } from './body-schemas.ts';
import type { AnswerHeader, RequestHeader } from './parameters.ts';
import type { ProblemKind } from './problems.ts';

export interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly headers?: readonly RequestHeader[];
  readonly body?: keyof BodySchemas;
  readonly answers: Readonly<Partial<Record<200 | 201 | 202, AnswerDescription>>>;
  /** Beside those of the gate, which every route has. */
  readonly problems: readonly ProblemKind[];
}

export interface AnswerDescription {
  readonly description: string;
  readonly schema: keyof AnswerSchemas;
  readonly headers?: readonly AnswerHeader[];
  readonly headersIfAny?: readonly AnswerHeader[];
}

/** Before a route is asked: who is calling, and whether the query is known. Open routes know everybody. */
export const openGateProblems: readonly ProblemKind[] = ['invalid-query', 'internal-error'];
export const gateProblems: readonly ProblemKind[] = [
  ...openGateProblems,
  'not-authenticated',
  'not-allowed',
  'too-many-requests',
  'issuer-unreachable',
];

const readProblems = [
  'invalid-order-id',
  'invalid-header',
  'unknown-order',
  'not-covered',
  'ledger-unavailable',
] as const satisfies readonly ProblemKind[];

const bodyProblems = [
  'invalid-header',
  'unsupported-media-type',
  'body-too-large',
  'invalid-json',
  'invalid-body',
] as const satisfies readonly ProblemKind[];

const appendProblems = [
  ...bodyProblems,
  'missing-idempotency-key',
  'invalid-payload',
  'key-reused',
  'not-current',
  'stream-full',
  'busy',
  'not-admitted',
  'part-not-closed',
  'ledger-unavailable',
  'entry-too-large',
  'not-implemented',
] as const satisfies readonly ProblemKind[];

const eventProblems = [
  'unknown-event-type',
  'unknown-version',
  'mixed-kinds',
] as const satisfies readonly ProblemKind[];
const decisionProblems = ['illegal-transition', 'customer-unknown'] as const satisfies readonly ProblemKind[];

const commandHeaders = ['Idempotency-Key', 'If-Match', 'Rejoin-Token'] as const;
const stateHeaders = ['ETag', 'Rejoin-Token'] as const;

const commandAnswers: Operation['answers'] = {
  201: {
    description: 'Stored; with `replicated=all`, in every region. A retry hears the same.',
    schema: 'commandAnswer',
    headers: [...stateHeaders, 'Location'],
    headersIfAny: ['Idempotency-Replayed'],
  },
  202: {
    description: 'Stored, but when time ran out not every region was known to hold it. Nothing is undone.',
    schema: 'commandAnswer',
    headers: [...stateHeaders, 'Location'],
    headersIfAny: ['Idempotency-Replayed'],
  },
};

const batchAnswers: Operation['answers'] = {
  200: { description: 'One result for each fact, in the order of the request.', schema: 'factBatchAnswer' },
};

export const operations: Readonly<Record<string, Operation>> = {
  placeOrder: {
    summary: 'Begin an order',
    description:
      "The body is the payload of the event that begins an order, and beside it the order's own number, if the caller has one. Without a number the id follows from tenant and Idempotency-Key, so that a retry finds the same order in whichever region it arrives.",
    headers: commandHeaders,
    body: 'placeOrder',
    answers: commandAnswers,
    problems: [...appendProblems, ...decisionProblems, 'not-covered'],
  },
  listOrders: {
    summary: 'List orders by status or customer, or those with open cases',
    description:
      "Names exactly one list. The rows are this region's views, which follow its ledger within moments: `token` and `foldedAt` say what a row has seen. With `class` a page may be short or empty and still have a `cursor`: only a page without one is the last.",
    answers: { 200: { description: 'A page of the list.', schema: 'ordersPage' } },
    problems: ['one-list-needed', 'invalid-header', 'ledger-unavailable'],
  },
  readOrder: {
    summary: 'Read an order',
    description:
      'The order as this region knows it now, folded from its strongly consistent ledger, and what may happen next. With a Rejoin-Token the answer has seen at least that much, or is a 425.',
    headers: ['Rejoin-Token'],
    answers: {
      200: { description: 'The order.', schema: 'orderState', headers: stateHeaders, headersIfAny: ['Rejoin-Read'] },
    },
    problems: readProblems,
  },
  appendDecision: {
    summary: 'Decide something about an order',
    description:
      'Appends what somebody chose on the strength of what they saw: one event, or `events` that become one entry. The lifecycle may forbid it. A ConflictResolved stands alone and takes the scope `reviews:decide`; every other decision takes `orders:write`.',
    headers: commandHeaders,
    body: 'decision',
    answers: commandAnswers,
    problems: [
      ...appendProblems,
      ...eventProblems,
      ...decisionProblems,
      'invalid-order-id',
      'unknown-order',
      'not-covered',
    ],
  },
  recordFact: {
    summary: 'Report what happened outside',
    description:
      "Appends what a warehouse, carrier or payment provider reports. A fact is taken whatever the order's status, and also for an order of which nothing is known here yet: its place in the history is found when the rest has arrived.",
    headers: commandHeaders,
    body: 'fact',
    answers: commandAnswers,
    problems: [...appendProblems, ...eventProblems, 'invalid-order-id', 'not-covered'],
  },
  recordOrderFactBatch: {
    summary: 'Report up to 100 facts of one order',
    description:
      'Takes each fact as if it had come alone, one after the other, with its own key and its own result. Behind one that has to come again, those of its source are not tried, so that they keep their order. There is no transaction. The batch may be sent again, whole, whatever became of it.',
    body: 'orderFactBatch',
    answers: batchAnswers,
    problems: [...bodyProblems, 'invalid-order-id'],
  },
  recordFactBatch: {
    summary: 'Report up to 100 facts of any orders',
    description:
      'Takes each fact as if it had come alone, with its own key and its own result: those of one order one after the other, as given, orders side by side. Behind one that has to come again, those of its order and source are not tried, so that they keep their order. There is no transaction. The batch may be sent again, whole, whatever became of it.',
    body: 'factBatch',
    answers: batchAnswers,
    problems: bodyProblems,
  },
  takeGroup: {
    summary: 'Decide something about several orders at once',
    description:
      'Takes a decision for each of several orders, such as an exchange: cancel one, place another. In this region all are taken at one instant, or none; other regions receive them one by one. Each order is named once. Of what is refused the problem names the order. A retry with the same key appends what is missing where it arrives, and nothing twice.',
    headers: ['Idempotency-Key'],
    body: 'group',
    answers: {
      201: {
        description: 'All stored; with `replicated=all`, in every region. A retry hears the same.',
        schema: 'groupAnswer',
        headersIfAny: ['Idempotency-Replayed'],
      },
      202: {
        description: 'All stored, but when time ran out not every region was known to hold them. Nothing is undone.',
        schema: 'groupAnswer',
        headersIfAny: ['Idempotency-Replayed'],
      },
    },
    problems: [...appendProblems, ...eventProblems, ...decisionProblems, 'unknown-order', 'not-covered'],
  },
  readEntries: {
    summary: 'Read the stored entries of an order',
    description:
      'The entries as they are stored, in order of position, page by page, for audits and for readers that fold themselves. What is personal is sealed in them.',
    headers: ['Rejoin-Token'],
    answers: {
      200: { description: 'A page of entries.', schema: 'entriesPage', headersIfAny: ['Rejoin-Token', 'Rejoin-Read'] },
    },
    problems: readProblems,
  },
  explainOrder: {
    summary: 'Explain an order',
    description:
      'Why the region says of the order what it says: the history that it chose, every rejected entry with its reason and its opponents, merges, duplicates, what waits, what is damaged. No payload is in it. Every list is bounded, and `leftOut` counts what is not there.',
    headers: ['Rejoin-Token'],
    answers: {
      200: {
        description: 'The explanation.',
        schema: 'orderExplanation',
        headers: stateHeaders,
        headersIfAny: ['Rejoin-Read'],
      },
    },
    problems: readProblems,
  },
  listCases: {
    summary: 'List what waits for a decision, or has been decided',
    description:
      "Without `state`, all cases that wait for a decision; with one of them, those alone: the oldest first, as this region's views have them, each with what the region remembers of its review; the cases of an order stand together, where its oldest stands. With `settled` or `withdrawn`, what is over: the newest first. `sort` turns either list round, so that the last page is the first of the other direction. Cases are left out of a page after it was read, so a page may be short or empty and still have a `cursor`: only a page without one is the last.",
    answers: { 200: { description: 'A page of the list.', schema: 'casesPage' } },
    problems: ['invalid-header', 'ledger-unavailable'],
  },
  readCase: {
    summary: 'Read a case with all that it takes to decide it',
    description:
      'The sides, each as it saw the order before it knew of the other, and in what they differ; the history that the region chose, with payloads and reasons; what is at stake; what the sides stand for, each with the state that it would lead to; what has been decided, by whom and why. What is personal is open as far as its keys are here. The ETag is that of the order: send it as If-Match with the decision.',
    headers: ['Rejoin-Token'],
    answers: {
      200: { description: 'The case.', schema: 'caseReport', headers: stateHeaders, headersIfAny: ['Rejoin-Read'] },
    },
    problems: ['invalid-case-id', 'invalid-header', 'unknown-case', 'not-covered', 'ledger-unavailable'],
  },
  resolveCase: {
    summary: 'Decide a case',
    description:
      'Appends a ConflictResolved: a status, values of fields, both, or nothing, so that the order stays as it stands. The first decision stands. Whoever comes second is told what it was, with `decidedBefore`, and nothing is stored. With If-Match the decision holds for exactly the state that the client saw. Two regions that do not see each other can both decide: both stay in the ledger, and one of them stands.',
    headers: commandHeaders,
    body: 'resolution',
    answers: {
      200: {
        description: 'It had been decided before, by this. Nothing was stored.',
        schema: 'resolutionAnswer',
        headers: [...stateHeaders, 'Location'],
      },
      201: {
        description: 'Decided; with `replicated=all`, stored in every region. A retry hears the same.',
        schema: 'resolutionAnswer',
        headers: [...stateHeaders, 'Location'],
        headersIfAny: ['Idempotency-Replayed'],
      },
      202: {
        description: 'Decided, but when time ran out not every region was known to hold it. Nothing is undone.',
        schema: 'resolutionAnswer',
        headers: [...stateHeaders, 'Location'],
        headersIfAny: ['Idempotency-Replayed'],
      },
    },
    problems: [
      ...appendProblems,
      'invalid-case-id',
      'unknown-case',
      'case-withdrawn',
      'customer-unknown',
      'not-covered',
    ],
  },
  readTotals: {
    summary: 'Read what all orders add up to',
    description:
      "Sums over the orders of the caller's tenant, as this region's views have them, which follow its ledger within moments. `entries.<region>` counts the entries of each region that are in them: where it stands still, nothing new has been counted.",
    answers: { 200: { description: 'The totals.', schema: 'totals' } },
    problems: ['invalid-header', 'ledger-unavailable'],
  },
  readReplication: {
    summary: 'Read how far replication is',
    description:
      "How late the links to the other regions are, as this region's agent sees them: one clock, there and back. A region whose breaker is not closed, or whose agent is silent, is isolated: only the primary takes decisions.",
    answers: { 200: { description: 'Breaker and links.', schema: 'replicationState' } },
    problems: ['ledger-unavailable', 'not-implemented'],
  },
  readTraffic: {
    summary: 'Read how much traffic there is',
    description:
      'How many requests the region has answered and failed in each of the last periods, and how many entries it has stored: of all tenants together. A refusal is an answer; only faults and bugs are failures. Counts take a moment to come together, so the newest period is there a third to two thirds of a period after its end.',
    answers: { 200: { description: 'The complete periods of the last 15 minutes.', schema: 'traffic' } },
    problems: ['traffic-unavailable', 'not-implemented'],
  },
  readPlan: {
    summary: 'Read the write plan',
    description:
      'Which region is primary and which take decisions, as this region has enacted it; who changed it, why and when; and whether two changes did not know of each other.',
    answers: { 200: { description: 'The plan.', schema: 'writePlan' } },
    problems: ['ledger-unavailable', 'not-implemented'],
  },
  changePlan: {
    summary: 'Change the write plan',
    description:
      "Makes a region primary, for all tenants. The change gets the next epoch and is enacted here at once, in other regions once it has arrived. With a witness the new primary has to wait for a lease's term before it takes decisions alone.",
    headers: ['Idempotency-Key'],
    body: 'plan',
    answers: {
      201: {
        description: 'Written. A retry hears the same, whatever has been changed since.',
        schema: 'changedPlan',
        headersIfAny: ['Idempotency-Replayed'],
      },
    },
    problems: [
      ...bodyProblems,
      'missing-idempotency-key',
      'key-reused',
      'busy',
      'stream-full',
      'part-not-closed',
      'witness-unreachable',
      'ledger-unavailable',
      'not-implemented',
    ],
  },
  readHealth: {
    summary: 'Ask whether the API answers',
    description: 'Says that the API answers in this region. It asks nothing of the ledger.',
    answers: { 200: { description: 'It does.', schema: 'health' } },
    problems: [],
  },
  readOpenApi: {
    summary: 'Read this document',
    description: 'The OpenAPI document of this deployment, with the events of its lifecycle.',
    answers: { 200: { description: 'This document.', schema: 'openApi' } },
    problems: [],
  },
};
