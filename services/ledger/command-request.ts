/**
 * What a service asks of the embedded ledger, checked as the API checks a request: nothing that comes from a caller of
 * the service's own is trusted, so a mistake is an answer with its place, and nothing is stored.
 */
import { Buffer } from 'node:buffer';
import * as z from 'zod';
import type { Command, ExpectedState } from '../../domain/decide/command.ts';
import { invariant } from '../../domain/kernel/invariant.ts';
import { entryBytesMax, groupEntriesMax } from '../../domain/kernel/limits.ts';
import { type Cut, parseToken } from '../../domain/ledger/cut.ts';
import type { EntryKind } from '../../domain/ledger/entry.ts';
import { type OrderKey, orderStream } from '../../domain/ledger/stream-name.ts';
import { type PayloadIssue, resolutionType } from '../../domain/lifecycle/define-lifecycle.ts';
import type { Leg } from './append-commands.ts';
import { eventsSchema, occurredAtSchema, orderIdSchema, sourceSchema, usualSource } from './command-frame.ts';
import { idempotencyKeyPattern, idempotencyKeyRule } from './idempotency-key.ts';
import { findJsonFlaw } from './json-flaw.ts';
import { waitMsMax } from './wait.ts';

export interface ReadOptions {
  /** A token: answer only from what covers it. */
  readonly after?: string | undefined;
  /** How long, at most, to wait for that; not at all when left out. */
  readonly waitMs?: number | undefined;
}

export interface CommandOptions {
  /** Of the caller's own, 1 to 255 printable ASCII characters; the same when it retries. */
  readonly idempotencyKey: string;
  /** When it happened, in ms or ISO 8601; for people, never for order. */
  readonly occurredAt?: number | string | undefined;
  /** Who; stored with the entry. No personal data. */
  readonly actor?: string | undefined;
  readonly traceId?: string | undefined;
}

export interface WriteOptions extends CommandOptions, ReadOptions {
  /** Wait, within `waitMs`, until every peer has the entry, too, and say which have. */
  readonly replicated?: 'all' | undefined;
}

export interface DecideOptions extends WriteOptions {
  /** The token, or one of the tokens, that the order must be at; `*` asks only that there is an order. */
  readonly ifMatch?: string | readonly string[] | undefined;
  readonly source?: string | undefined;
}

export interface RecordOptions extends WriteOptions {
  /** Facts of one source keep their order. */
  readonly source: string;
}

/** No token: several orders have no state in common to wait for. */
export interface GroupOptions extends Omit<WriteOptions, 'after'> {
  readonly tenant: string;
}

export interface LegRequest {
  readonly orderId: string;
  readonly events: unknown;
  readonly ifMatch?: string | readonly string[] | undefined;
}

export type RequestRefusal =
  | { readonly kind: 'invalid-request'; readonly issues: readonly PayloadIssue[] }
  | { readonly kind: 'too-large'; readonly bytesMax: number };

type Read<Value> = { readonly kind: 'read'; readonly value: Value } | RequestRefusal;

export interface WriteRequest {
  readonly stream: string;
  readonly command: Command;
  readonly replicated: boolean;
  readonly waitMs: number;
}

export interface WriteInput {
  readonly kind: EntryKind;
  readonly key: OrderKey;
  /** One event, or several. */
  readonly events: unknown;
  readonly options: DecideOptions | RecordOptions;
}

export const readWrite = ({ kind, key, events, options }: WriteInput): Read<WriteRequest> => {
  const plain = readEvents(events);
  if (plain.kind !== 'read') return plain;
  const schema = kind === 'decision' ? decideSchema : recordSchema;
  const parsed = schema.safeParse({ ...options, ...key, events: plain.value });
  if (!parsed.success) return invalid(parsed.error);
  const { replicated, waitMs = 0, ...rest } = parsed.data;
  return read({
    stream: orderStream(parsed.data),
    command: toCommand(kind, rest),
    replicated: replicated !== undefined,
    waitMs,
  });
};

export interface GroupRequest {
  readonly legs: readonly Leg[];
  readonly replicated: boolean;
  readonly waitMs: number;
}

/** Several decisions at once, each about another order of one tenant. */
export const readGroup = (legs: readonly LegRequest[], options: GroupOptions): Read<GroupRequest> => {
  const untyped: unknown = legs;
  if (!Array.isArray(untyped)) return invalidRequest(['legs'], 'must be a list');
  const plainLegs: unknown[] = [];
  for (const [index, item] of untyped.entries()) {
    if (typeof item !== 'object' || item === null) return invalidRequest(['legs', index], 'must be an object');
    const { events, ...leg } = item;
    const plain = readEvents(events, ['legs', index]);
    if (plain.kind !== 'read') return plain;
    plainLegs.push({ ...leg, events: plain.value });
  }
  const parsed = groupSchema.safeParse({ ...options, legs: plainLegs });
  if (!parsed.success) return invalid(parsed.error);
  const { tenant, legs: parsedLegs, replicated, waitMs = 0, ...shared } = parsed.data;
  return read({
    legs: parsedLegs.map(({ orderId, ...leg }) => ({
      stream: orderStream({ tenant, orderId }),
      command: toCommand('decision', { ...shared, ...leg }),
    })),
    replicated: replicated !== undefined,
    waitMs,
  });
};

export interface ReadRequest {
  readonly stream: string;
  readonly after: Cut | undefined;
  readonly waitMs: number;
}

export const readReading = (key: OrderKey, options: ReadOptions): Read<ReadRequest> => {
  const parsed = readSchema.safeParse({ ...options, ...key });
  if (!parsed.success) return invalid(parsed.error);
  const { after, waitMs = 0 } = parsed.data;
  return read({ stream: orderStream(parsed.data), after, waitMs });
};

export const invalidRequest = (path: readonly PropertyKey[], message: string): RequestRefusal => ({
  kind: 'invalid-request',
  issues: [{ path, message }],
});

export const tooLarge: RequestRefusal = { kind: 'too-large', bytesMax: entryBytesMax };

const read = <Value>(value: Value): Read<Value> => ({ kind: 'read', value });

const invalid = (error: z.ZodError): RequestRefusal => ({
  kind: 'invalid-request',
  issues: error.issues.map(({ path, message }) => ({ path, message })),
});

/** A copy that nobody else holds, and that is what JSON makes of it, so that what is judged is what is stored. */
const readEvents = (events: unknown, path: readonly PropertyKey[] = []): Read<unknown> => {
  const flaw = findJsonFlaw(events);
  if (flaw !== undefined) return invalidRequest([...path, 'events'], flaw);
  const text = JSON.stringify(Array.isArray(events) ? events : [events]);
  return Buffer.byteLength(text) > entryBytesMax ? tooLarge : read(JSON.parse(text));
};

interface ParsedCommand {
  readonly events: z.infer<typeof eventsSchema>;
  readonly source?: string | undefined;
  readonly idempotencyKey: string;
  readonly ifMatch?: ExpectedState | undefined;
  readonly after?: Cut | undefined;
  readonly occurredAt?: number | undefined;
  readonly actor?: string | undefined;
  readonly traceId?: string | undefined;
}

const toCommand = (kind: EntryKind, parsed: ParsedCommand): Command => {
  const [first, ...rest] = parsed.events;
  invariant(first, 'the frame asks for one event at least');
  const events: Command['events'] = [first, ...rest];
  const { source = usualSource(events), idempotencyKey, ifMatch: expected, after } = parsed;
  const { occurredAt, actor, traceId } = parsed;
  return { kind, source, events, idempotencyKey, expected, after, occurredAt, actor, traceId };
};

const label = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => text.isWellFormed(), 'must be well-formed Unicode');

const tokenSchema = z.string().transform((text, context): Cut => {
  const cut = parseToken(text);
  if (cut) return cut;
  context.addIssue({ code: 'custom', message: 'must be a token as it was received' });
  return z.NEVER;
});

const orderFrame = { tenant: orderIdSchema, orderId: orderIdSchema };
const waitMs = z.int().min(0).max(waitMsMax).optional();
const replicated = z.literal('all').optional();
const readFrame = { after: tokenSchema.optional(), waitMs };
const commandFrame = {
  idempotencyKey: z.string().regex(idempotencyKeyPattern, idempotencyKeyRule),
  occurredAt: occurredAtSchema,
  actor: label.optional(),
  traceId: label.optional(),
};
const writeFrame = {
  ...orderFrame,
  ...readFrame,
  ...commandFrame,
  events: eventsSchema,
  replicated,
};
const ifMatch = z
  .union([z.literal('*').transform(() => 'exists' as const), z.union([tokenSchema, z.array(tokenSchema).min(1)])])
  .transform((expected): ExpectedState => (expected === 'exists' || Array.isArray(expected) ? expected : [expected]))
  .optional();

/** As over HTTP: to wait for nothing is a mistake that nobody would notice. */
const hasCause = ({ after, waitMs, replicated }: { after?: unknown; waitMs?: unknown; replicated?: unknown }) =>
  waitMs === undefined || after !== undefined || replicated !== undefined;
const noCause = { path: ['waitMs'], error: 'there is nothing to wait for' };

const readSchema = z.strictObject({ ...orderFrame, ...readFrame }).refine(hasCause, noCause);
const decideSchema = z
  .strictObject({ ...writeFrame, ifMatch, source: sourceSchema.optional() })
  .refine(hasCause, noCause);
const recordSchema = z.strictObject({ ...writeFrame, source: sourceSchema }).refine(hasCause, noCause);

const groupSchema = z
  .strictObject({
    ...commandFrame,
    tenant: orderIdSchema,
    waitMs,
    replicated,
    legs: z
      .array(z.strictObject({ orderId: orderIdSchema, events: eventsSchema, ifMatch }))
      .min(2)
      .max(groupEntriesMax)
      .superRefine((legs, context) => {
        for (const [index, { orderId, events }] of legs.entries()) {
          const refuse = (place: string, message: string) =>
            context.addIssue({ code: 'custom', path: [index, place], message });
          if (legs.findIndex((leg) => leg.orderId === orderId) < index) refuse('orderId', 'must be another order');
          if (events.some(({ type }) => type === resolutionType)) refuse('events', `${resolutionType} stands alone`);
        }
      }),
  })
  .refine(hasCause, noCause);
