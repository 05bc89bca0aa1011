/**
 * The parameters of the requests and the headers of the answers. Which operation takes which query parameters is said by
 * the table of routes.
 */
import * as z from 'zod';
import { streamClasses } from '../../../domain/fold/folded-stream.ts';
import { writerPattern } from '../../../domain/ledger/position.ts';
import { ulidPattern } from '../../../domain/ledger/ulid.ts';
import type { Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { listSorts } from '../../../domain/ports/view-store.ts';
import { caseLifeStates } from '../../../domain/review/case-life.ts';
import { orderIdSchema } from '../../ledger/command-frame.ts';
import { waitMsMax } from '../../ledger/wait.ts';
import { keySchema } from '../fact-batch-body.ts';
import { cursorPattern, customerIdLengthMax } from '../list-query.ts';
import { pageItemsDefault, pageItemsMax } from '../page-limit.ts';

const writer = writerPattern.source.slice(1, -1);
const positionPattern = new RegExp(`^${writer}/(?!0{10})[0-9]{10}$`);
const seen = `${writer}:[1-9][0-9]{0,9}`;
const token = `(?:${seen}(?:,${seen})*)?`;
const entityTag = `(?:W/)?"${token}"`;

/** By name, as the table of routes has them. */
export const queryParametersOf = (lifecycle: Lifecycle): Readonly<Record<string, z.ZodType>> => ({
  wait: z.int().min(0).max(waitMsMax).meta({
    description:
      'Milliseconds that the answer may take until the regions have what Rejoin-Token or `replicated` asks of them; without either it is refused.',
  }),
  replicated: z
    .literal('all')
    .meta({ description: 'Answer 201 only once every region holds what was stored, and 202 when time runs out.' }),
  status: z.enum(lifecycle.statuses).meta({ description: 'The orders of this status, newest first.' }),
  customer: z
    .string()
    .min(1)
    .max(customerIdLengthMax)
    .meta({ description: 'The orders of this customer, newest first.' }),
  openCases: z
    .literal('true')
    .meta({ description: 'The orders with cases that wait for a person, the oldest case first.' }),
  class: z.enum(streamClasses).meta({ description: 'Leaves orders of other classes out of the page.' }),
  state: z
    .enum(caseLifeStates)
    .meta({ description: 'The cases of this state; all that wait for a decision when left out.' }),
  sort: z.enum(listSorts).meta({
    description:
      'Which cases come first: `oldest` when left out, for `settled` and `withdrawn` `newest`. With a cursor it may be left out: a cursor goes on in its own direction, and is refused with the other.',
  }),
  order: orderIdSchema.meta({
    description: 'The order that the case is about: finds it also where the region does not remember the case yet.',
  }),
  limit: z
    .int()
    .min(1)
    .max(pageItemsMax)
    .meta({ description: `Items of a page; ${pageItemsDefault} when left out.` }),
  cursor: z.string().regex(cursorPattern).meta({ description: 'Of the page before, as it was received.' }),
  after: z
    .string()
    .regex(positionPattern)
    .meta({ description: 'The position after which the page begins.', example: 'us-east-1/0000000007' }),
});

/** By what the paths are about. */
export const pathParametersOf = (path: string) => (path.startsWith('/cases/') ? ofCase : ofOrder);

const ofOrder = {
  id: orderIdSchema.meta({ description: "The order's id.", example: '1001', param: { id: 'OrderId' } }),
};
const ofCase = {
  id: z
    .string()
    .regex(ulidPattern)
    .meta({ description: "The case's id.", example: '01KDVDNA00M0GZY8KQDZEF4C72', param: { id: 'CaseId' } }),
};

export type RequestHeader = keyof typeof requestHeaders;

export const requestHeaders = {
  'Idempotency-Key': keySchema.meta({
    description: 'Chosen by the client for this command, and sent again with every retry of it.',
    example: 'place-1001',
    param: { id: 'IdempotencyKey' },
  }),
  'If-Match': z
    .string()
    .regex(new RegExp(`^(?:\\*|${entityTag}(?:\\s*,\\s*${entityTag})*)$`))
    .optional()
    .meta({
      description:
        'The ETag of the state that the client decided on, or `*` for any order that exists. Refused with 412 when the order has moved on.',
      example: '"us-east-1:1"',
      param: { id: 'IfMatch' },
    }),
  'Rejoin-Token': z
    .string()
    .regex(new RegExp(`^${token}$`))
    .optional()
    .meta({
      description: 'What the client has seen, in any region. The answer covers it, or is a 425.',
      example: 'eu-west-1:3,us-east-1:7',
      param: { id: 'RejoinToken' },
    }),
};

export type AnswerHeader = keyof typeof answerHeaders;

const answerHeaders = {
  'Rejoin-Region': 'The region that answers.',
  'Rejoin-Epoch': 'The number of the write plan that it answers under.',
  'Rejoin-Token': 'What the answer has seen of the order.',
  'Rejoin-Read':
    '`eventual`: the region has no quorum of a strongly consistent table, and answers from what it holds, which may be old.',
  ETag: 'What the answer has seen of the order, in quotes, for If-Match.',
  Location: 'The path of the order, or of the case.',
  'Idempotency-Replayed': '`true`: the command was taken before, and this is its first outcome.',
  'Retry-After': 'Seconds after which a retry may succeed.',
  'WWW-Authenticate': 'What the token lacks.',
  'Accept-Post': 'The media type that is taken.',
};

/** Those that an answer always has, and those that it may have; what is named in both is always there. */
export const headersSchema = (always: readonly AnswerHeader[], sometimes: readonly AnswerHeader[]) =>
  z.object({
    ...pick(sometimesThere, sometimes),
    ...pick(alwaysThere, ['Rejoin-Region', 'Rejoin-Epoch', ...always]),
  });

const toHeaders = (suffix: string, schema: z.ZodType): Readonly<Record<string, z.ZodType>> =>
  Object.fromEntries(
    Object.entries(answerHeaders).map(([name, description]) => [
      name,
      schema.meta({ description, header: { id: name.replaceAll('-', '') + suffix } }),
    ]),
  );

const pick = (headers: Readonly<Record<string, z.ZodType>>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)));

const alwaysThere = toHeaders('', z.string());
const sometimesThere = toHeaders('IfAny', z.string().optional());
