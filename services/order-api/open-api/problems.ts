/**
 * Every problem that the order API answers with: when it comes, what to do about it, and what it carries.
 *
 * Status, title, detail and headers are not said here: they come from `toProblem`, by a sample of each refusal. A kind of
 * refusal that has no place in this table does not compile.
 */
import * as z from 'zod';
import { scopes } from '../caller.ts';
import { type ApiRefusal, type ProblemReply, toProblem } from '../http-problem.ts';

export type ProblemKind = ApiRefusal['kind'];

export interface ProblemDescription<Kind extends ProblemKind = ProblemKind> {
  readonly when: string;
  readonly remedy: string;
  /** What is in it beside type, title, status and detail. */
  readonly extensions?: Readonly<Record<string, z.ZodType>>;
  readonly sample: Extract<ApiRefusal, { readonly kind: Kind }>;
}

/** Of these only the path or the method tells, so no operation answers with one. */
export const unroutedKinds: readonly ProblemKind[] = ['unknown-route', 'method-not-allowed'];

/** Only the results of a batch hold these. */
export const itemKinds: readonly ProblemKind[] = ['not-tried'];

export const sampleProblem = (kind: ProblemKind): ProblemReply =>
  toProblem(problems[kind].sample, { pointerTo: () => '/data' });

/** Judged on an order's state, which a command over several orders has to name. */
export const isAboutOrder = (kind: ProblemKind): boolean =>
  'seen' in problems[kind].sample && !caseKinds.includes(kind);

/** No part of a command over several orders. */
const caseKinds: readonly ProblemKind[] = ['unknown-case', 'case-withdrawn'];

const moves = z.array(z.string());
const errors = z
  .array(z.object({ pointer: z.string(), detail: z.string() }))
  .max(20)
  .meta({ description: 'Where in the body (a JSON pointer), and what is wrong there.' });
const seen = { 'us-east-1': 4 };

export const problems: { readonly [Kind in ProblemKind]: ProblemDescription<Kind> } = {
  'unknown-route': {
    when: 'Nothing is at the path.',
    remedy: 'Compare it with the paths of the OpenAPI document.',
    sample: { kind: 'unknown-route' },
  },
  'method-not-allowed': {
    when: 'The path has no such method.',
    remedy: 'Use one that the header Allow names.',
    sample: { kind: 'method-not-allowed', allowed: ['GET'] },
  },
  'not-authenticated': {
    when: 'There is no bearer token, or it is not good: expired, of another issuer or audience, wrongly signed.',
    remedy: 'Fetch a new token from the issuer and repeat the request with the same key.',
    extensions: {
      reason: z.enum([
        'missing',
        'malformed',
        'expired',
        'not-yet-valid',
        'wrong-issuer',
        'wrong-audience',
        'wrong-algorithm',
        'wrong-signature',
        'missing-claim',
      ]),
    },
    sample: { kind: 'not-authenticated', reason: 'expired' },
  },
  'not-allowed': {
    when: 'The token is good, but does not have the scope that this needs.',
    remedy: 'Ask for a token with that scope.',
    extensions: { scope: z.enum(scopes) },
    sample: { kind: 'not-allowed', scope: 'orders:write' },
  },
  'too-many-requests': {
    when: 'The caller sends more than its share.',
    remedy: 'Wait for the seconds of Retry-After, then repeat the request with the same key.',
    sample: { kind: 'too-many-requests', retryAfterSeconds: 1 },
  },
  'not-implemented': {
    when: 'This deployment cannot do what is asked.',
    remedy: 'The detail says why, and what to do instead. A retry does not help.',
    sample: { kind: 'not-implemented', detail: 'Replication is not measured yet.' },
  },
  'invalid-order-id': {
    when: 'The order id in the path cannot be one.',
    remedy: 'Use the id that the order was placed with.',
    sample: { kind: 'invalid-order-id' },
  },
  'invalid-case-id': {
    when: 'The case id in the path cannot be one.',
    remedy: 'Use the id as the list of cases or the alert has it.',
    sample: { kind: 'invalid-case-id' },
  },
  'missing-idempotency-key': {
    when: 'A write has no Idempotency-Key, or a fact of a batch no idempotencyKey.',
    remedy: 'Choose a key for each command, and send the same one whenever you repeat that command.',
    sample: { kind: 'missing-idempotency-key' },
  },
  'invalid-header': {
    when: 'A header cannot be read, or means nothing to this path.',
    remedy: 'The detail says what it must be.',
    sample: { kind: 'invalid-header', name: 'If-Match', detail: 'Send the ETag as it was received, in quotes.' },
  },
  'invalid-query': {
    when: 'A query parameter cannot be read, or the path does not know it.',
    remedy: 'The detail says what it must be, or which parameters there are.',
    sample: { kind: 'invalid-query', name: 'limit', detail: 'A whole number from 1 to 100.' },
  },
  'one-list-needed': {
    when: 'The query names no list, or more than one.',
    remedy: 'Send exactly one of the parameters that it names.',
    extensions: { parameters: z.array(z.string()) },
    sample: { kind: 'one-list-needed', parameters: ['status', 'customer', 'openCases'] },
  },
  'unsupported-media-type': {
    when: 'The body of a write is not announced as JSON.',
    remedy: 'Send Content-Type: application/json.',
    sample: { kind: 'unsupported-media-type' },
  },
  'body-too-large': {
    when: 'The body, or one item of it, has too many bytes.',
    remedy: 'Split a batch. What a single command says has to fit.',
    sample: { kind: 'body-too-large', bytesMax: 262_144 },
  },
  'invalid-json': {
    when: 'The body is not JSON in UTF-8, or holds what the ledger cannot keep.',
    remedy: 'The detail says which: it nests too deep, a number is infinite, a string is not well-formed.',
    sample: { kind: 'invalid-json', detail: 'The body is not JSON in UTF-8.' },
  },
  'invalid-body': {
    when: 'The body is JSON, but not what the operation takes.',
    remedy: 'Correct what `errors` point to. Unknown properties are refused.',
    extensions: { errors },
    sample: { kind: 'invalid-body', errors: [{ pointer: '/source', detail: 'Invalid input: expected string' }] },
  },
  'unknown-event-type': {
    when: 'The lifecycle has no event of that type.',
    remedy: 'Use one of the types that `known` names.',
    extensions: { known: z.array(z.string()) },
    sample: { kind: 'unknown-event-type', type: 'OrderLost', known: ['OrderPlaced', 'OrderCancelled'], seen },
  },
  'unknown-version': {
    when: 'The event is written in a version that is not the newest.',
    remedy: 'Write the newest, or leave `v` out, which means the same.',
    extensions: { newest: z.int().min(1) },
    sample: { kind: 'unknown-version', type: 'OrderCancelled', index: 0, v: 2, newest: 1, seen },
  },
  'invalid-payload': {
    when: "The event's data do not fit its type.",
    remedy: 'Correct what `errors` point to. Unknown properties are refused.',
    extensions: { errors },
    sample: {
      kind: 'invalid-payload',
      type: 'PaymentCaptured',
      index: 0,
      issues: [{ path: ['amount'], message: 'Invalid input: expected number' }],
      seen,
    },
  },
  'mixed-kinds': {
    when: 'A fact was sent as a decision or the other way round, or a ConflictResolved stands beside other events.',
    remedy: 'Send facts to /facts, decisions to /decisions, and a ConflictResolved alone.',
    sample: { kind: 'mixed-kinds', type: 'OrderShipped', typeKind: 'fact', expectedKind: 'decision', seen },
  },
  'key-reused': {
    when: 'The key was used for this order before, for a command that says something else.',
    remedy: 'A new command needs a new key. If it was meant as a retry, send what was sent the first time.',
    extensions: { entryId: z.string() },
    sample: { kind: 'key-reused', entryId: '01KDVHW800G05R3Q8TFX1M0Z2A', seen },
  },
  'unknown-order': {
    when: "Nothing is known here of the order, or it is another tenant's.",
    remedy: 'If it was placed in another region a moment ago, send its Rejoin-Token and a wait.',
    sample: { kind: 'unknown-order', seen: {} },
  },
  'not-covered': {
    when: 'The region has not received what the Rejoin-Token says that the client has seen, or the rest of a command over several orders that was taken elsewhere.',
    remedy:
      'Repeat after Retry-After with the same key, ask for a longer wait, or ask one of the regions in `missing`.',
    extensions: {
      token: z.string().meta({ description: 'What the region has seen.' }),
      missing: z.array(z.string()).meta({ description: 'The regions of which it lacks entries.' }),
    },
    sample: { kind: 'not-covered', token: 'us-east-1:4', missing: ['eu-west-1'], seen },
  },
  'not-current': {
    when: 'The order is not at the state that If-Match names.',
    remedy: 'Read it again, decide again, and send the new ETag under a new key.',
    extensions: { token: z.string() },
    sample: { kind: 'not-current', token: 'us-east-1:4', seen },
  },
  'illegal-transition': {
    when: 'The lifecycle does not allow the decision in the status that the order has.',
    remedy: 'Choose one of `legalMoves`, or leave it.',
    extensions: {
      orderStatus: z.string(),
      eventType: z.string(),
      legalMoves: z.object({ decisions: moves, facts: moves }),
    },
    sample: {
      kind: 'illegal-transition',
      type: 'OrderCancelled',
      status: 'shipped',
      legalMoves: { decisions: ['ReturnRequested'], facts: ['OrderDelivered'] },
      seen,
    },
  },
  'customer-unknown': {
    when: "A decision holds personal data, and the order's customer has not arrived here yet.",
    remedy: 'Repeat after Retry-After with the same key, or ask the region where the order was placed.',
    extensions: { eventType: z.string() },
    sample: { kind: 'customer-unknown', type: 'NoteChanged', seen },
  },
  'stream-full': {
    when: 'The order has as many entries as an order may have: some writer is looping.',
    remedy: 'Find that writer. No retry helps.',
    sample: { kind: 'stream-full', entriesMax: 10_000, seen },
  },
  busy: {
    when: 'Too many others wrote to the order at the same moment.',
    remedy: 'Repeat after Retry-After with the same key.',
    sample: { kind: 'busy', tries: 8 },
  },
  'not-admitted': {
    when: 'The regions do not see each other well and this one is not primary, or it has no part in the write plan, or it is primary and its lease has run out.',
    remedy:
      'Send the command with the same key to the primary, or here again later. Reading and, unless the deployment is strict, facts go on here.',
    extensions: {
      reason: z.enum(['isolated', 'not-in-plan', 'no-lease']),
      primary: z.string().meta({ description: 'The region that takes it.' }),
      primaryUrl: z.string().optional().meta({ description: "Of that region's API, where it is known." }),
    },
    sample: {
      kind: 'not-admitted',
      reason: 'isolated',
      primary: 'us-east-1',
      primaryUrl: 'https://orders.us-east-1.example.com',
      seen,
    },
  },
  'part-not-closed': {
    when: "The region's own part of the order's history has a gap, so it must not write to it.",
    remedy: 'Send the command with the same key to another region.',
    sample: { kind: 'part-not-closed', writer: 'us-east-1', position: 'us-east-1/0000000003', seen },
  },
  'unknown-case': {
    when: "No entry that is here is a case under that id, or it is another tenant's; or one that `alsoSettles` names does not wait for a decision.",
    remedy:
      'If the region may not remember the case yet, name its order: `?order=` where it is read, `order` in the body where it is decided.',
    extensions: { caseId: z.string() },
    sample: { kind: 'unknown-case', caseId: '01KDVHW800G05R3Q8TFX1M0Z2A', seen },
  },
  'case-withdrawn': {
    when: 'An entry has arrived that gives the rejected one its place, so there is nothing to decide about it.',
    remedy: 'Nothing is left to do. What else has to change is a decision like any other.',
    extensions: { caseId: z.string() },
    sample: { kind: 'case-withdrawn', caseId: '01KDVHW800G05R3Q8TFX1M0Z2A', seen },
  },
  'not-tried': {
    when: 'A fact of a batch stands behind one of its order and source that has to come again, or the time for the batch was up. Nothing was done.',
    remedy:
      'Send the batch again, whole or from the first such fact on, with the same keys, after the seconds that it names.',
    extensions: {
      behind: z.int().min(0).optional().meta({ description: 'The `index` of the fact that it stands behind.' }),
    },
    sample: { kind: 'not-tried', behind: 0 },
  },
  'witness-unreachable': {
    when: 'The plan has to name its primary in the witness region first, and that cannot be reached.',
    remedy:
      'Repeat after Retry-After with the same key, here or in another region. Only somebody who has made sure that no other region writes sends withoutWitness.',
    sample: { kind: 'witness-unreachable' },
  },
  'ledger-unavailable': {
    when: 'The ledger cannot be reached, or is throttled.',
    remedy:
      'Repeat after Retry-After, here or in another region; a write with the same key, as it may have been stored.',
    sample: { kind: 'ledger-unavailable' },
  },
  'entry-too-large': {
    when: 'What the command would store does not fit one entry.',
    remedy: 'Say less in one command.',
    sample: { kind: 'entry-too-large' },
  },
  'issuer-unreachable': {
    when: "The issuer's keys cannot be had, so nobody knows whether the token is good. Nothing was done.",
    remedy: 'Repeat after Retry-After with the same key.',
    sample: { kind: 'issuer-unreachable' },
  },
  'traffic-unavailable': {
    when: 'Where the counts of the region come together cannot be reached, or is throttled.',
    remedy: 'Repeat after Retry-After.',
    sample: { kind: 'traffic-unavailable' },
  },
  'internal-error': {
    when: 'A mistake of ours. It is in our log, and not in the answer.',
    remedy: 'Repeat with the same key, since it may have been stored; if it happens again, tell us.',
    sample: { kind: 'internal-error' },
  },
};
