/**
 * What the functions of the review are given from outside, read with suspicion: an alert as EventBridge put it on the
 * queue, a request to fetch a person as the workflow put it there, and the input of a workflow's step.
 *
 * A queue's policy lets only its rule or its state machine send, so what cannot be read is somebody's mistake. It throws,
 * and the message ends on the dead-letter queue, where a person finds it. What is said of it names places, never contents.
 */
import * as z from 'zod';
import { parseOrderStream } from '../../domain/ledger/stream-name.ts';
import { isUlid } from '../../domain/ledger/ulid.ts';
import type { CaseAlert } from '../../domain/ports/alert-bus.ts';
import type { ReviewAnswer } from '../../domain/ports/review-workflows.ts';
import { findJsonFlaw } from '../ledger/json-flaw.ts';
import type { CaseRef } from './case-lives.ts';
import type { DecideInput } from './decide-case.ts';
import type { ReviewRequest } from './hold-case.ts';

/** Which case a message of the queue of alerts is about. What has become of the case is not read: the ledger knows. */
export const readAlert = (body: string): CaseRef => {
  const { subject, caseid } = parse('an alert', alertSchema, parseJson(body)).detail;
  return { stream: subject, caseId: caseid };
};

/** A message of the queue of reviews. */
export const readRequest = (body: string): ReviewRequest => parse('a request', requestSchema, parseJson(body));

/** `answer` is what somebody outside answered, if anybody did: read it with readAnswer. */
export const readStep = (input: unknown): Omit<DecideInput, 'answer'> & { readonly answer?: unknown } =>
  parse('a step', stepSchema, input);

/** Undefined where it is no answer, or holds what the ledger cannot keep. */
export const readAnswer = (answer: unknown): ReviewAnswer | undefined =>
  findJsonFlaw(answer) === undefined ? answerSchema.safeParse(answer).data : undefined;

const parse = <Value>(what: string, schema: z.ZodType<Value>, given: unknown): Value => {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path, code }) => `${path.join('.') || 'all of it'} (${code})`);
  throw new Error(`${what} cannot be read: ${places.join(', ')}`);
};

/** Undefined is no message either. The parser's own error would quote the text. */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const stream = z.string().refine((name) => parseOrderStream(name) !== undefined);
const caseId = z.string().refine(isUlid);
const workflow = z.int().min(1);

/** What the rule lets through. */
const alertTypes = [
  'IllegalTransition',
  'ConflictNeedsReview',
  'CaseWithdrawn',
  'CaseSettled',
] as const satisfies readonly CaseAlert['type'][];

const alertSchema = z.object({
  source: z.literal('rejoin'),
  'detail-type': z.enum(alertTypes),
  detail: z.object({ subject: stream, caseid: caseId }),
});

/** Step Functions' tokens are at most 2,048 characters long. */
const taskToken = z.string().min(1).max(2_048);

/** How often nobody decided in time is in the message for desks; here the case's life knows. */
const requestSchema = z.object({ stream, caseId, workflow, taskToken });

const stepSchema = z.object({
  step: z.enum(['look', 'decide', 'escalate']),
  stream,
  caseId,
  workflow,
  answer: z.unknown().optional(),
  escalations: z.int().min(0).optional(),
});

/** Strict: a decision under a name that is not known must not pass for no decision. */
const answerSchema: z.ZodType<ReviewAnswer> = z.strictObject({
  decision: z
    .strictObject({
      outcome: z.strictObject({
        status: z.string().min(1).max(64).exactOptional(),
        fields: z.record(z.string().max(64), z.json()).exactOptional(),
      }),
      reason: z.string().min(1).max(2_000),
      decidedBy: z.string().min(1).max(255),
    })
    .exactOptional(),
});
