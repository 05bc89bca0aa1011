/**
 * The bodies of the writes, as schemas: the frames that requests are parsed with, and in them the lifecycle's events.
 *
 * At run time the frame is checked first and the payload by the lifecycle; to a client both are one body.
 */
import * as z from 'zod';
import { startType } from '../../../domain/decide/legal-moves.ts';
import { invariant } from '../../../domain/kernel/invariant.ts';
import { entryEventsMax, groupEntriesMax } from '../../../domain/kernel/limits.ts';
import { ulidPattern } from '../../../domain/ledger/ulid.ts';
import {
  type EventType,
  type Lifecycle,
  newestVersion,
  noStatus,
  resolutionType,
} from '../../../domain/lifecycle/define-lifecycle.ts';
import { occurredAtMsMax, occurredAtSchema, orderIdSchema } from '../../ledger/command-frame.ts';
import { alsoSettlesMax, resolutionBodySchema } from '../cases/resolution-body.ts';
import { decisionFrame, factFrame, placeOrderSchema } from '../command-body.ts';
import { batchFactsMax, keySchema } from '../fact-batch-body.ts';
import { legSchema } from '../group-body.ts';
import { planBodySchema } from '../plan-body.ts';
import { byType } from './by-type.ts';
import { eventTypesOf, payloadSchema, plainSchema } from './payload-schemas.ts';

export type BodySchemas = ReturnType<typeof bodySchemasOf>;

export const bodySchemasOf = (lifecycle: Lifecycle) => {
  const start = startType(lifecycle);
  invariant(start, `lifecycle ${lifecycle.name} has a decision that begins an order`);
  const payloads = new Map([...lifecycle.eventTypes.values()].map((it) => [it.name, namedPayload(it)]));
  const decisions = eventTypesOf(lifecycle, 'decision').map((it) => eventShape(it, payloads));
  const facts = eventTypesOf(lifecycle, 'fact').map((it) => eventShape(it, payloads));
  const changes = decisions.filter(({ type }) => type.value !== resolutionType);
  const key = { idempotencyKey: keySchema };
  const order = { orderId: legSchema.shape.orderId };
  return {
    placeOrder: payloadSchema(start).extend(placeOrderSchema.shape).meta({ id: 'PlaceOrder' }),
    decision: commandSchema(decisionFrame, { alone: decisions, together: changes }).meta({ id: 'Decision' }),
    fact: commandSchema(factFrame, { alone: facts, together: facts }).meta({ id: 'Fact' }),
    orderFactBatch: z.strictObject({
      facts: batchOf(commandSchema(factFrame, { alone: facts, together: facts }, key)),
    }),
    factBatch: z.strictObject({
      facts: batchOf(commandSchema(factFrame, { alone: facts, together: facts }, { ...key, ...order })),
    }),
    resolution: resolutionSchema(lifecycle),
    plan: planBodySchema.meta({ id: 'PlanChange' }),
    group: z.strictObject({
      orders: z
        .array(commandSchema(decisionFrame, { alone: changes, together: changes }, legSchema.shape))
        .min(2)
        .max(groupEntriesMax)
        .meta({ description: 'Each of another order.' }),
    }),
  };
};

/** What a person may choose is what the payload of a ConflictResolved takes. */
const resolutionSchema = (lifecycle: Lifecycle) =>
  resolutionBodySchema
    .extend({
      outcome: z
        .strictObject({
          status: z.enum(lifecycle.statuses.filter((status) => status !== noStatus)).optional(),
          fields: z
            .strictObject(Object.fromEntries(chosenFields(lifecycle)))
            .optional()
            .meta({ description: 'Of fields that hold one value. What is personal is sent plain.' }),
        })
        .meta({ description: 'Empty: the order stays as it stands, and the case is settled.' }),
      reason: resolutionBodySchema.shape.reason.meta({
        description: 'Why, for the people who look back. Kept for ever: nothing personal.',
      }),
      alsoSettles: z
        .array(z.string().regex(ulidPattern))
        .max(alsoSettlesMax)
        .optional()
        .meta({ description: 'Other open cases of the order that the same decision settles.' }),
      order: orderIdSchema
        .optional()
        .meta({ description: 'The order that the case is about, where the region does not remember the case yet.' }),
    })
    .meta({ id: 'Resolution' });

const chosenFields = ({ fields }: Lifecycle) =>
  Object.entries(fields).flatMap(([name, field]) =>
    field.merge === 'counter' || field.merge === 'set' ? [] : [[name, plainSchema(field.value).optional()] as const],
  );

type EventShape = ReturnType<typeof eventShape>;
type Frame = typeof decisionFrame | typeof factFrame;

const namedPayload = (eventType: EventType): z.ZodType =>
  payloadSchema(eventType).meta({ id: `${eventType.name}Data` });

const eventShape = (eventType: EventType, payloads: ReadonlyMap<string, z.ZodType>) => {
  const data = payloads.get(eventType.name) ?? z.looseObject({});
  return {
    type: z.literal(eventType.name),
    data: data.safeParse({}).success ? data.optional() : data,
    v: z
      .literal(newestVersion(eventType))
      .optional()
      .meta({ description: 'Of the payload. Only the newest is taken.' }),
  };
};

/** One event, or `events` that become one entry. */
const commandSchema = (
  { single, several }: Frame,
  { alone, together }: { readonly alone: readonly EventShape[]; readonly together: readonly EventShape[] },
  more: z.core.$ZodLooseShape = {},
) => {
  const common = { ...more, occurredAt };
  const events = z.array(byType(together.map((shape) => z.strictObject(shape))));
  return z.union([
    byType(alone.map((shape) => single.extend({ ...shape, ...common }))),
    several.extend({ events: events.min(1).max(entryEventsMax), ...common }),
  ]);
};

/** Said in the words of JSON Schema: the pattern that it is parsed with would fill two lines. */
const occurredAt = occurredAtSchema.meta({
  id: 'OccurredAt',
  description: 'When the source says that it happened. For people; the order of events does not depend on it.',
  override: {
    anyOf: [
      { type: 'string', format: 'date-time' },
      { type: 'integer', minimum: 0, maximum: occurredAtMsMax, description: 'Milliseconds since 1970.' },
    ],
  },
});

const batchOf = (item: z.ZodType) =>
  z.array(item).min(1).max(batchFactsMax).meta({ description: 'Each is judged by itself, as if it had come alone.' });
