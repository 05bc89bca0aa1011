/**
 * The bodies of the answers, as schemas: those that are built from a type are tied to it.
 *
 * They describe; nothing is parsed with them. An answer may gain properties, so the document leaves its objects open.
 */
import * as z from 'zod';
import { streamClasses } from '../../../domain/fold/folded-stream.ts';
import { entrySchema } from '../../../domain/ledger/entry.ts';
import type { FieldDefinition, Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { isPersonal } from '../../../domain/lifecycle/personal-definition.ts';
import type { DamagedItem } from '../../../domain/ports/event-store.ts';
import type { Replication } from '../../ledger/await-replication.ts';
import type { OrderState } from '../../ledger/order-state.ts';
import type { Problem } from '../http-problem.ts';
import type { OrdersPage } from '../list-orders.ts';
import type { OrderExplanation } from '../order-explanation.ts';
import type { EntriesPage } from '../read-entries.ts';
import type { WrittenOrder } from '../readable-order.ts';
import type { FactResult } from '../record-fact-batch.ts';
import type { GroupLegAnswer } from '../take-group.ts';
import { describes } from './describes.ts';
import { plainSchema } from './payload-schemas.ts';
import { planAnswerSchemas } from './plan-answer-schemas.ts';

export type AnswerSchemas = ReturnType<typeof answerSchemasOf>;

export const answerSchemasOf = (lifecycle: Lifecycle) => {
  const statusSchema = z
    .enum(lifecycle.statuses)
    .meta({ id: 'Status', description: '`none` before anything happened.' });
  const orderState = orderStateSchema(lifecycle, statusSchema);
  const writtenOrder = writtenOrderSchema(orderState);
  return {
    statusSchema,
    orderState,
    commandAnswer: z
      .object({ order: writtenOrder, entry: entryReference, replication: replication.optional() })
      .meta({ id: 'CommandAnswer' }),
    groupAnswer: z
      .object({
        commandId: ulid,
        orders: z.array(groupLegAnswer(writtenOrder)).meta({ description: 'In the order of the request.' }),
        replication: replication.optional(),
      })
      .meta({ id: 'GroupAnswer' }),
    factBatchAnswer: z.object({ results: z.array(factResult) }).meta({ id: 'FactBatchAnswer' }),
    ordersPage: ordersPage(statusSchema),
    entriesPage,
    orderExplanation: orderExplanation(statusSchema),
    ...planAnswerSchemas,
    health: z.object({ status: z.literal('ok'), region: z.string() }).meta({ id: 'Health' }),
    openApi: z
      .looseObject({ openapi: z.string(), info: z.looseObject({ title: z.string(), version: z.string() }) })
      .meta({ id: 'OpenApiDocument' }),
  };
};

const count = z.int().min(0);
const ulid = z.string().meta({ description: 'A ULID.' });
const position = z.string().meta({ description: 'Where an entry stands: region and number, `us-east-1/0000000007`.' });
const token = z.string().meta({ description: 'What the answer has seen of the order, as one string.' });
const cut = z
  .record(z.string(), count)
  .meta({ id: 'Cut', description: 'How much of the order was seen: by region, the number of its last entry.' });
const money = z
  .record(z.string(), z.int())
  .meta({ id: 'Money', description: "By kind of money, the sum in minor units of the order's currency." });
const streamClass = z.enum(streamClasses).meta({
  id: 'StreamClass',
  description: "How the regions' writes met, worst last: in `review` a person must decide.",
});
const caseReason = z
  .enum(['contested', 'illegal', 'key-reused', 'ambiguous', 'field-disputed', 'resolutions-differ'])
  .meta({ id: 'CaseReason' });
const entryReference = z.object({ id: ulid, position }).meta({ id: 'EntryReference' });

const caseShape = {
  id: ulid,
  position,
  reasons: z.array(caseReason),
  opponents: z.array(ulid).meta({ description: 'The entries on the other side.' }),
  fields: z.array(z.string()),
  group: z
    .object({ commandId: ulid, orderIds: z.array(z.string()) })
    .optional()
    .meta({ description: 'The command over several orders that the entry belongs to.' }),
};

type StatusSchema = z.ZodEnum<{ [status: string]: string }>;

const orderStateSchema = (lifecycle: Lifecycle, status: StatusSchema) =>
  describes<OrderState>()(
    z.object({
      orderId: z.string(),
      status,
      provisional: z
        .boolean()
        .meta({ description: 'The status rejects an accepted decision that no person has seen.' }),
      class: streamClass,
      fields: fieldsSchema(lifecycle),
      money,
      token,
      cut,
      region: z.string().meta({ description: 'The region that answers.' }),
      legalMoves: z.object({ decisions: z.array(z.string()), facts: z.array(z.string()) }),
      cases: z.array(z.object(caseShape)).meta({ description: 'What a person is asked about now.' }),
      ambiguous: z.boolean(),
      pending: count.meta({ description: 'Entries that wait for a predecessor from another region.' }),
    }),
  ).meta({ id: 'OrderState' });

const writtenOrderSchema = (orderState: ReturnType<typeof orderStateSchema>) =>
  describes<WrittenOrder>()(orderState.partial({ fields: true, money: true, cases: true })).meta({
    id: 'WrittenOrder',
    description:
      'The order after the write. `fields`, `money` and `cases` are there for callers with `orders:read` only.',
  });

const replication = describes<Replication>()(
  z.object({ held: z.array(z.string()), missing: z.array(z.string()) }),
).meta({ id: 'Replication', description: 'Regions that hold what was stored, and those not known to hold it yet.' });

const groupLegAnswer = (writtenOrder: ReturnType<typeof writtenOrderSchema>) =>
  describes<GroupLegAnswer>()(
    z.object({ order: writtenOrder, entry: entryReference, token, replayed: z.literal(true).optional() }),
  );

const itemProblem = describes<Problem>()(
  z.looseObject({ type: z.string(), title: z.string(), status: z.int(), detail: z.string().optional() }),
).meta({
  id: 'Problem',
  description:
    'As if the item had come alone; `retryAfterSeconds` stands for the header Retry-After. Only here is `urn:rejoin:problem:not-tried`: `behind` is the `index` of the fact that has to come first, if one has.',
});

const resultShape = { index: count.meta({ description: 'Of the item in the request.' }), status: z.int() };
const factResult = describes<FactResult>()(
  z.union([
    z.object({
      ...resultShape,
      orderId: z.string(),
      entry: entryReference,
      token,
      replayed: z.literal(true).optional().meta({ description: 'The fact had been taken before.' }),
    }),
    z.object({ ...resultShape, problem: itemProblem }),
  ]),
).meta({ id: 'FactResult' });

const ordersPage = (status: StatusSchema) =>
  describes<OrdersPage>()(
    z.object({
      orders: z.array(
        z
          .object({
            orderId: z.string(),
            status,
            provisional: z.boolean(),
            class: streamClass,
            customerId: z.string().optional(),
            money,
            openCases: count,
            token,
            foldedAt: z.iso.datetime().meta({ description: 'When the row was folded.' }),
            region: z.string(),
          })
          .meta({ id: 'ListedOrder' }),
      ),
      cursor: z.string().optional().meta({ description: 'Of the next page; absent on the last.' }),
    }),
  ).meta({ id: 'OrdersPage' });

const damagedItem = describes<DamagedItem>()(z.object({ position, reason: z.string() })).meta({
  id: 'DamagedItem',
  description: 'What stands at a position and is no entry.',
});

const entriesPage = describes<EntriesPage>()(
  z.object({
    entries: z.array(entrySchema.meta({ id: 'Entry', description: 'One accepted command, as it is stored.' })),
    damaged: z.array(damagedItem),
    nextAfter: position.optional().meta({ description: '`after` of the next page; absent on the last.' }),
  }),
).meta({ id: 'EntriesPage' });

const orderExplanation = (status: StatusSchema) => {
  const at = { id: ulid, position };
  const step = {
    ...at,
    kind: z.enum(['decision', 'fact']),
    source: z.string(),
    types: z.array(z.string()),
    typesLeftOut: count.optional(),
    time: z.iso.datetime().meta({ description: "The ledger's time, from the id." }),
  };
  const opponentsLeftOut = count.optional();
  const lists = {
    history: z.array(z.object({ ...step, from: status, to: status, accepted: z.boolean() })),
    rejected: z.array(z.object({ ...step, reasons: z.array(caseReason), opponents: z.array(ulid), opponentsLeftOut })),
    cases: z.array(z.object({ ...caseShape, opponentsLeftOut, settledBy: ulid.optional() })),
    merges: z.array(
      z.object({
        field: z.string(),
        rule: z.enum(['counter', 'set', 'lww', 'critical']),
        entries: z.array(ulid),
        entriesLeftOut: count.optional(),
      }),
    ),
    duplicates: z.array(z.object({ ...at, repeats: ulid })),
    pending: z.array(z.object({ ...at, waitsFor: position })),
    voided: z.array(z.object({ ...at, reason: z.string() })),
    damaged: z.array(damagedItem),
  };
  const leftOut = z.object(mapValues(lists, () => count.optional()));
  return describes<OrderExplanation>()(
    z.object({
      orderId: z.string(),
      region: z.string(),
      status,
      provisional: z.boolean(),
      class: streamClass,
      ambiguous: z.boolean(),
      approximated: z.boolean(),
      token,
      cut,
      ...lists,
      leftOut: leftOut.meta({ description: 'By list, how many older items are not in it.' }),
    }),
  ).meta({ id: 'OrderExplanation' });
};

const mapValues = <Key extends string, Value>(object: Record<Key, unknown>, map: () => Value) =>
  Object.fromEntries(Object.keys(object).map((key) => [key, map()])) as Record<Key, Value>;

/** Present as far as something has written them. */
const fieldsSchema = ({ fields }: Lifecycle) =>
  z
    .object(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field).optional()])))
    .meta({ id: 'Fields', description: 'As folded; what nothing has written is absent.' });

const fieldSchema = (field: FieldDefinition): z.ZodType => {
  if (field.merge === 'counter') return z.int();
  if (field.merge === 'set') return z.array(z.unknown());
  const value = plainSchema(field.value);
  return isPersonal(field) ? z.union([value, closed]) : value;
};

const closed = z
  .object({ sealed: z.literal(true) })
  .meta({ id: 'ClosedValue', description: "Personal, and its key is not here, or not the caller's to use." });
