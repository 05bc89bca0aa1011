/**
 * The bodies of the write requests, and what each says: events, their source, and when they happened.
 *
 * Only the frame is checked here. Whether a type exists and a payload fits is the lifecycle's to say, in `decide`.
 */
import * as z from 'zod';
import type { CommandEvent } from '../../domain/decide/command.ts';
import { startType } from '../../domain/decide/legal-moves.ts';
import { invariant } from '../../domain/kernel/invariant.ts';
import { entryEventsMax } from '../../domain/kernel/limits.ts';
import { namePattern } from '../../domain/ledger/stream-name.ts';
import { type Lifecycle, resolutionType } from '../../domain/lifecycle/define-lifecycle.ts';
import { type BodyError, type Read, read, refuse, toPointer } from './request.ts';

export interface CommandBody {
  readonly events: readonly [CommandEvent, ...CommandEvent[]];
  readonly source: string;
  readonly occurredAt?: number | undefined;
  /** Where an event's payload stands in the body. */
  readonly pointerTo: (eventIndex: number) => string;
}

export interface PlaceOrderBody extends CommandBody {
  readonly orderId: string | undefined;
}

/** The order's own number, if the caller has one, and beside it the payload of the event that begins an order. */
export const readPlaceOrderBody = (body: unknown, lifecycle: Lifecycle): Read<PlaceOrderBody> => {
  const parsed = placeOrderSchema.safeParse(body);
  if (!parsed.success) return refuseBody(parsed.error);
  const { orderId, ...data } = body as Record<string, unknown>;
  const start = startType(lifecycle);
  invariant(start, `lifecycle ${lifecycle.name} has a decision that begins an order`);
  return read({
    orderId: parsed.data.orderId,
    events: [{ type: start.name, data }],
    source: apiSource,
    pointerTo: () => '',
  });
};

export const readDecisionBody = (body: unknown): Read<CommandBody> => readEventsBody(body, decisionFrame, '');

/** `base` points to the fact where it is but a part of the request's body. */
export const readFactBody = (body: unknown, base = ''): Read<CommandBody> => readEventsBody(body, factFrame, base);

export const orderIdSchema = z
  .string()
  .regex(namePattern, 'must be 1 to 64 letters, digits, dots, hyphens and underscores');

/** `base` points to what was parsed. */
export const refuseBody = (error: z.ZodError, base = ''): Read<never> =>
  refuse({
    kind: 'invalid-body',
    errors: error.issues.map((issue): BodyError => ({ pointer: toPointer(base, issue.path), detail: issue.message })),
  });

const apiSource = 'api';
const reviewerSource = 'reviewer';

const sourceSchema = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be a short lower-case name such as carrier');
/** The end of the year 9999: past it ISO 8601 has no agreed form. */
const occurredAtMsMax = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const isoOrMs = z.union([
  z.int(),
  z.iso
    .datetime({ offset: true, error: 'must be ISO 8601 with an offset, or milliseconds since 1970' })
    .transform(Date.parse),
]);
const occurredAtSchema = isoOrMs.pipe(z.int().min(0).max(occurredAtMsMax)).optional();

const eventFrame = {
  type: z.string().min(1).max(64),
  data: z.record(z.string(), z.unknown()).default({}),
  v: z.int().min(1).optional(),
};

const framesFor = <Source extends z.ZodType<string | undefined>>(source: Source) => {
  const common = { source, occurredAt: occurredAtSchema };
  return {
    single: z.strictObject({ ...eventFrame, ...common }),
    several: z.strictObject({ events: z.array(z.strictObject(eventFrame)).min(1).max(entryEventsMax), ...common }),
  };
};

const decisionFrame = framesFor(sourceSchema.optional());
/** Facts of one source keep their order, so a fact must name its own. */
const factFrame = framesFor(sourceSchema);

const placeOrderSchema = z.looseObject({
  orderId: orderIdSchema.optional(),
});

const readEventsBody = (
  body: unknown,
  frame: typeof decisionFrame | typeof factFrame,
  base: string,
): Read<CommandBody> => {
  const isSeveral = typeof body === 'object' && body !== null && Object.hasOwn(body, 'events');
  const parsed = isSeveral ? frame.several.safeParse(body) : frame.single.safeParse(body);
  if (!parsed.success) return refuseBody(parsed.error, base);
  const { source, occurredAt } = parsed.data;
  const [first, ...rest]: readonly CommandEvent[] =
    'events' in parsed.data
      ? parsed.data.events
      : [{ type: parsed.data.type, data: parsed.data.data, v: parsed.data.v }];
  invariant(first, 'the frame asks for one event at least');
  return read({
    events: [first, ...rest],
    source: source ?? (first.type === resolutionType ? reviewerSource : apiSource),
    occurredAt,
    pointerTo: (eventIndex) => `${base}${isSeveral ? `/events/${eventIndex}` : ''}/data`,
  });
};
