/**
 * The bodies of the answers, as schemas: those that are built from a type are tied to it.
 *
 * They describe; nothing is parsed with them. An answer may gain properties, so the document leaves its objects open.
 */
import * as z from 'zod';
import { entrySchema } from '../../../domain/ledger/entry.ts';
import type { Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import type { DamagedItem } from '../../../domain/ports/event-store.ts';
import type { Problem } from '../http-problem.ts';
import type { OrdersPage } from '../list-orders.ts';
import type { OrderExplanation } from '../order-explanation.ts';
import type { EntriesPage } from '../read-entries.ts';
import type { TotalsAnswer } from '../read-totals.ts';
import type { TrafficAnswer } from '../read-traffic.ts';
import type { FactResult } from '../record-fact-batch.ts';
import type { GroupLegAnswer } from '../take-group.ts';
import { caseAnswerSchemasOf } from './case-answer-schemas.ts';
import { describes } from './describes.ts';
import {
  caseReason,
  caseShape,
  count,
  cut,
  entryReference,
  money,
  orderStateSchema,
  position,
  replication,
  type StatusSchema,
  streamClass,
  token,
  ulid,
  type WrittenOrderSchema,
  writtenOrderSchema,
} from './order-schemas.ts';
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
    ...caseAnswerSchemasOf(orderState, writtenOrder),
    ...planAnswerSchemas,
    traffic,
    totals,
    health: z.object({ status: z.literal('ok'), region: z.string() }).meta({ id: 'Health' }),
    openApi: z
      .looseObject({ openapi: z.string(), info: z.looseObject({ title: z.string(), version: z.string() }) })
      .meta({ id: 'OpenApiDocument' }),
  };
};

const groupLegAnswer = (writtenOrder: WrittenOrderSchema) =>
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
            currency: z.string().optional().meta({ description: 'What the money counts in, where it is known.' }),
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

const totals = describes<TotalsAnswer>()(
  z.object({
    region: z.string(),
    totals: z.record(z.string(), z.int()).meta({
      description:
        'By name, without those that are 0: `orders`, `status.<status>`, `class.<class>`, `provisional`, `cases.<state>` (illegal, review, settled), `entries.<region>`, `rejected.<region>`, `duplicates.<region>`, `money.<kind>.<currency>` in minor units. Names may be added.',
    }),
  }),
).meta({ id: 'Totals' });

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

const traffic = describes<TrafficAnswer>()(
  z.object({
    region: z.string().meta({ description: 'The region that answers.' }),
    periodSeconds: count,
    periods: z
      .array(z.object({ from: z.iso.datetime(), answered: count, failed: count, appended: count }))
      .meta({ description: 'Oldest first, without gaps: where nothing happened there are zeros.' }),
  }),
).meta({ id: 'Traffic' });

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
