/**
 * The bodies of the write requests, and what each says: events, their source, and when they happened.
 *
 * Only the frame is checked here. Whether a type exists and a payload fits is the lifecycle's to say, in `decide`.
 */
import * as z from 'zod';
import type { CommandEvent } from '../../domain/decide/command.ts';
import { startType } from '../../domain/decide/legal-moves.ts';
import { invariant } from '../../domain/kernel/invariant.ts';
import type { Lifecycle } from '../../domain/lifecycle/define-lifecycle.ts';
import {
  eventFrame,
  eventsSchema,
  occurredAtSchema,
  orderIdSchema,
  sourceSchema,
  usualSource,
} from '../ledger/command-frame.ts';
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
  const events: CommandBody['events'] = [{ type: start.name, data }];
  return read({
    orderId: parsed.data.orderId,
    events,
    source: usualSource(events),
    pointerTo: () => '',
  });
};

/** `base` points to the decision, or the fact, where it is but a part of the request's body. */
export const readDecisionBody = (body: unknown, base = ''): Read<CommandBody> =>
  readEventsBody(body, decisionFrame, base);

export const readFactBody = (body: unknown, base = ''): Read<CommandBody> => readEventsBody(body, factFrame, base);

/** `base` points to what was parsed. */
export const refuseBody = (error: z.ZodError, base = ''): Read<never> =>
  refuse({
    kind: 'invalid-body',
    errors: error.issues.map((issue): BodyError => ({ pointer: toPointer(base, issue.path), detail: issue.message })),
  });

const framesFor = <Source extends z.ZodType<string | undefined>>(source: Source) => {
  const common = { source, occurredAt: occurredAtSchema };
  return {
    single: z.strictObject({ ...eventFrame, ...common }),
    several: z.strictObject({ events: eventsSchema, ...common }),
  };
};

export const decisionFrame = framesFor(sourceSchema.optional());
/** Facts of one source keep their order, so a fact must name its own. */
export const factFrame = framesFor(sourceSchema);

export const placeOrderSchema = z.looseObject({
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
    source: source ?? usualSource([first, ...rest]),
    occurredAt,
    pointerTo: (eventIndex) => `${base}${isSeveral ? `/events/${eventIndex}` : ''}/data`,
  });
};
