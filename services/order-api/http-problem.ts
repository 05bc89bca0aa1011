/**
 * Every way of saying no, as HTTP says it (RFC 9457), and the only file that knows HTTP's numbers.
 *
 * `type` is the stable name that clients switch on; titles and details are for people and may change. A refusal adds what
 * the client needs to go on: the legal moves, the token that is current, the pointer to the wrong property.
 */
import type { NotAdmitted, Refusal } from '../../domain/decide/decide.ts';
import { assertNever } from '../../domain/kernel/invariant.ts';
import { cutToToken } from '../../domain/ledger/cut.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import { IssuerFault, type TokenRefusal } from '../../domain/ports/token-verifier.ts';
import { TrafficFault } from '../../domain/ports/traffic.ts';
import type { NotAdmittedReason } from '../../domain/write-plan/admission.ts';
import type { Busy, RefusedLeg } from '../ledger/append-commands.ts';
import type { RefusedResolution } from '../review/resolve-case.ts';
import { type BodyError, type RequestRefusal, toPointer } from './request.ts';

export const httpStatus = { ok: 200, created: 201, accepted: 202 } as const;

export type ApiRefusal =
  | RequestRefusal
  | Refusal
  | RefusedLeg
  | Busy
  | RefusedResolution
  | CaseNotNamed
  | NotTried
  | WitnessUnreachable
  | Fault;

/** This region remembers no such case, and nobody says of which order it would be. */
export type CaseNotNamed = { readonly kind: 'unknown-case'; readonly caseId: string };

/** A fact of a batch: the one at the place `behind` has to come again before it, or the time was up. */
export type NotTried = { readonly kind: 'not-tried'; readonly behind: number | undefined };

export type WitnessUnreachable = { readonly kind: 'witness-unreachable' };

/** The world broke, or we did. What exactly is for the log, not for the client. */
export type Fault =
  | { readonly kind: 'ledger-unavailable' }
  | { readonly kind: 'entry-too-large' }
  | { readonly kind: 'issuer-unreachable' }
  | { readonly kind: 'traffic-unavailable' }
  | { readonly kind: 'internal-error' };

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly [extension: string]: unknown;
}

export interface ProblemReply {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ProblemContext {
  /** Where an event's payload stands in the request body. */
  readonly pointerTo?: (eventIndex: number) => string;
}

export const toProblem = (refusal: ApiRefusal, context: ProblemContext = {}): ProblemReply => {
  const { status, title, detail, extensions, headers } = describe(refusal, context);
  const seen = 'seen' in refusal ? { 'rejoin-token': cutToToken(refusal.seen) } : {};
  const said = detail === undefined ? {} : { detail };
  return {
    problem: { type: `urn:rejoin:problem:${refusal.kind}`, title, status, ...said, ...extensions },
    headers: { ...headers, ...seen },
  };
};

/** One answer among several has no headers of its own, so what they would say of coming back stands in the problem. */
export const toItemProblem = (refusal: ApiRefusal, context?: ProblemContext): Problem => {
  const { problem, headers } = toProblem(refusal, context);
  const seconds = headers['retry-after'];
  return seconds === undefined ? problem : { ...problem, retryAfterSeconds: Number(seconds) };
};

/** A fault is the world's; anything else is a bug. */
export const faultOf = (error: unknown): Fault => {
  if (error instanceof IssuerFault) return { kind: 'issuer-unreachable' };
  if (error instanceof TrafficFault) return { kind: 'traffic-unavailable' };
  if (!(error instanceof LedgerFault)) return { kind: 'internal-error' };
  return { kind: error.code === 'entry-too-large' ? 'entry-too-large' : 'ledger-unavailable' };
};

interface Description {
  readonly status: number;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

const describe = (refusal: ApiRefusal, context: ProblemContext): Description => {
  switch (refusal.kind) {
    case 'unknown-route':
      return { status: 404, title: 'There is nothing at this path' };
    case 'method-not-allowed':
      return { status: 405, title: 'This path has no such method', headers: { allow: refusal.allowed.join(', ') } };
    case 'not-authenticated':
      return {
        status: 401,
        title: 'Who is asking?',
        detail: `Send a token of the issuer as Authorization: Bearer. ${tokenFlaws[refusal.reason]}`,
        extensions: { reason: refusal.reason },
        headers: { 'www-authenticate': refusal.reason === 'missing' ? 'Bearer' : 'Bearer error="invalid_token"' },
      };
    case 'not-allowed':
      return {
        status: 403,
        title: 'The token does not allow this',
        detail: `It needs the scope ${refusal.scope}.`,
        extensions: { scope: refusal.scope },
        headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${refusal.scope}"` },
      };
    case 'too-many-requests':
      return {
        status: 429,
        title: 'Too many requests',
        detail: 'Retry later with the same key.',
        headers: retryAfter(refusal.retryAfterSeconds),
      };
    case 'not-implemented':
      return { status: 501, title: 'This deployment does not do that', detail: refusal.detail };
    case 'issuer-unreachable':
      return {
        status: 503,
        title: 'Tokens cannot be checked now',
        detail: 'The keys of the issuer cannot be reached. Nothing was done.',
        headers: retryAfter(5),
      };
    case 'invalid-order-id':
      return {
        status: 400,
        title: 'The order id is not one',
        detail: 'Use 1 to 64 letters, digits, dots, hyphens and underscores, a letter or digit first.',
      };
    case 'invalid-case-id':
      return { status: 400, title: 'The case id is not one', detail: 'It is a ULID: 26 digits and capital letters.' };
    case 'missing-idempotency-key':
      return {
        status: 400,
        title: 'Idempotency-Key is missing',
        detail: 'Send a key of your own with every write, and the same key when you retry it.',
      };
    case 'invalid-header':
      return { status: 400, title: `${refusal.name} cannot be read`, detail: refusal.detail };
    case 'invalid-query':
      return { status: 400, title: `Query parameter ${refusal.name} cannot be read`, detail: refusal.detail };
    case 'one-list-needed':
      return {
        status: 400,
        title: 'Name one list',
        detail: `Send exactly one of the query parameters ${refusal.parameters.join(', ')}.`,
        extensions: { parameters: refusal.parameters },
      };
    case 'unsupported-media-type':
      return {
        status: 415,
        title: 'The body must be application/json',
        headers: { 'accept-post': 'application/json' },
      };
    case 'body-too-large':
      return { status: 413, title: 'The body is too large', detail: `At most ${refusal.bytesMax} bytes.` };
    case 'entry-too-large':
      return { status: 413, title: 'The command is too large to store as one entry' };
    case 'invalid-json':
      return { status: 400, title: 'The body cannot be read', detail: refusal.detail };
    case 'invalid-body':
      return { status: 400, title: 'The body does not fit', extensions: { errors: shorten(refusal.errors) } };
    case 'busy':
      return {
        status: 409,
        title: 'Too many writers at once',
        detail: `Lost the race for the next position ${refusal.tries} times. Retry with the same key.`,
        headers: retryAfter(1),
      };
    case 'unknown-case':
      return {
        status: 404,
        title: 'No such case in this region',
        detail: 'If you know the order that it is about, name it.',
        extensions: { caseId: refusal.caseId },
      };
    case 'case-withdrawn':
      return {
        status: 409,
        title: 'There is nothing to decide any more',
        detail: 'What was missing has arrived, so the entry has its place in the history.',
        extensions: { caseId: refusal.caseId },
      };
    case 'not-tried':
      return {
        status: 503,
        title: 'This fact was not tried',
        detail:
          refusal.behind === undefined
            ? 'The time for the batch was up. Send it again.'
            : `Facts of one order and source keep their order, and the one at ${refusal.behind} has to come again. Send both.`,
        extensions: { behind: refusal.behind },
        headers: retryAfter(1),
      };
    case 'witness-unreachable':
      return {
        status: 503,
        title: 'The witness cannot be reached',
        detail:
          'The plan is as it was. Retry with the same key; or, if it is certain that no other region writes, send withoutWitness.',
        headers: retryAfter(5),
      };
    case 'ledger-unavailable':
      return {
        status: 503,
        title: 'The ledger cannot be reached',
        detail: 'Retry later. A write may have been stored: retry it with the same key.',
        headers: retryAfter(1),
      };
    case 'traffic-unavailable':
      return {
        status: 503,
        title: 'The traffic cannot be read now',
        detail: 'Where the counts come together cannot be reached. Orders are taken all the same.',
        headers: retryAfter(5),
      };
    case 'internal-error':
      return { status: 500, title: 'Something went wrong here' };
    default:
      return describeDecision(refusal, context);
  }
};

const describeDecision = (refusal: Refusal, { pointerTo = () => '' }: ProblemContext): Description => {
  switch (refusal.kind) {
    case 'unknown-event-type':
      return { status: 400, title: 'No such event type', extensions: { known: refusal.known } };
    case 'unknown-version':
      return {
        status: 400,
        title: `${refusal.type} is not written in that version`,
        extensions: { newest: refusal.newest },
      };
    case 'invalid-payload':
      return {
        status: 400,
        title: `The payload is no ${refusal.type}`,
        extensions: {
          errors: shorten(
            refusal.issues.map(({ path, message }) => ({
              pointer: toPointer(pointerTo(refusal.index), path),
              detail: message,
            })),
          ),
        },
      };
    case 'mixed-kinds':
      return {
        status: 400,
        title: 'These events do not belong in one entry here',
        detail:
          refusal.typeKind === refusal.expectedKind
            ? `${refusal.type} stands alone in its entry.`
            : `${refusal.type} is a ${refusal.typeKind}, and this is for a ${refusal.expectedKind}.`,
      };
    case 'key-reused':
      return {
        status: 422,
        title: 'The Idempotency-Key belongs to another command',
        extensions: { entryId: refusal.entryId },
      };
    case 'unknown-order':
      return { status: 404, title: 'No such order in this region' };
    case 'not-covered':
      return {
        status: 425,
        title: 'This region has not seen that yet',
        detail: 'Retry later, or ask for a longer wait.',
        extensions: { token: refusal.token, missing: refusal.missing },
        headers: retryAfter(1),
      };
    case 'not-current':
      return { status: 412, title: 'The order has moved on', extensions: { token: refusal.token } };
    case 'illegal-transition':
      return {
        status: 409,
        title: `${refusal.type} is not possible now`,
        detail: `The order is ${refusal.status}.`,
        extensions: { orderStatus: refusal.status, eventType: refusal.type, legalMoves: refusal.legalMoves },
      };
    case 'customer-unknown':
      return {
        status: 409,
        title: 'Whose order it is has not arrived here yet',
        detail: `${refusal.type} holds personal data, which are sealed under a key of the order's customer. Retry later with the same key.`,
        extensions: { eventType: refusal.type },
        headers: retryAfter(5),
      };
    case 'stream-full':
      return { status: 409, title: 'The order takes no more entries', detail: `It has ${refusal.entriesMax}.` };
    case 'part-not-closed':
      return {
        status: 503,
        title: 'This region must not write to the order now',
        detail: `Its own history is incomplete at ${refusal.position}. Other regions may still take the command.`,
        headers: retryAfter(30),
      };
    case 'not-admitted':
      return describeNotAdmitted(refusal);
    default:
      return assertNever(refusal);
  }
};

const describeNotAdmitted = ({ reason, primary, primaryUrl }: NotAdmitted): Description => ({
  status: 503,
  title: 'This region does not take that now',
  detail: notAdmittedDetails[reason],
  extensions: { reason, primary, ...(primaryUrl !== undefined && { primaryUrl }) },
  headers: retryAfter(notAdmittedRetrySeconds),
});

const notAdmittedDetails: Readonly<Record<NotAdmittedReason, string>> = {
  isolated:
    'The regions do not see each other well, so one of them takes decisions. Send it there with the same key. Reading goes on here, and unless the deployment is strict so do facts.',
  'not-in-plan': 'By the write plan this region takes no decisions. Send it to the primary with the same key.',
  'no-lease':
    'This region is primary, and cannot know at the moment whether another one has taken over. Retry with the same key.',
};

/** A link that is well again is believed after a minute by default; to ask more often costs little. */
const notAdmittedRetrySeconds = 5;

const tokenFlaws: Readonly<Record<TokenRefusal | 'missing', string>> = {
  missing: 'There is none.',
  malformed: 'This is no such token.',
  expired: 'This one has expired.',
  'not-yet-valid': 'This one is not valid yet.',
  'wrong-issuer': 'This one is of another issuer.',
  'wrong-audience': 'This one is for somebody else.',
  'wrong-algorithm': 'This one is signed in a way that is not allowed.',
  'wrong-signature': 'This one is not signed with a key of the issuer.',
  'missing-claim': 'This one does not say whose it is, for which tenant, or until when.',
};

const retryAfter = (seconds: number): Readonly<Record<string, string>> => ({ 'retry-after': String(seconds) });

/** Property names and messages can be as long as the body; a problem stays small. */
const shorten = (errors: readonly BodyError[]): readonly BodyError[] =>
  errors.slice(0, errorsMax).map(({ pointer, detail }) => ({
    pointer: pointer.slice(0, textLengthMax),
    detail: detail.slice(0, textLengthMax),
  }));

const errorsMax = 20;
const textLengthMax = 200;
