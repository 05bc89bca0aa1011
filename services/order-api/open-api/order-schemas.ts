/**
 * What the answers say of an order and of an entry, as schemas that several of them share.
 */
import * as z from 'zod';
import { streamClasses } from '../../../domain/fold/folded-stream.ts';
import type { FieldDefinition, Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { isPersonal } from '../../../domain/lifecycle/personal-definition.ts';
import type { Replication } from '../../ledger/await-replication.ts';
import type { OrderState } from '../../ledger/order-state.ts';
import type { WrittenOrder } from '../readable-order.ts';
import { describes } from './describes.ts';
import { plainSchema } from './payload-schemas.ts';

export const count = z.int().min(0);
export const ulid = z.string().meta({ description: 'A ULID.' });
export const position = z
  .string()
  .meta({ description: 'Where an entry stands: region and number, `us-east-1/0000000007`.' });
export const token = z.string().meta({ description: 'What the answer has seen of the order, as one string.' });
export const cut = z
  .record(z.string(), count)
  .meta({ id: 'Cut', description: 'How much of the order was seen: by region, the number of its last entry.' });
export const money = z
  .record(z.string(), z.int())
  .meta({ id: 'Money', description: "By kind of money, the sum in minor units of the order's currency." });
export const streamClass = z.enum(streamClasses).meta({
  id: 'StreamClass',
  description: "How the regions' writes met, worst last: in `review` a person must decide.",
});
export const caseReason = z
  .enum(['contested', 'illegal', 'key-reused', 'ambiguous', 'field-disputed', 'resolutions-differ'])
  .meta({ id: 'CaseReason' });
export const entryReference = z.object({ id: ulid, position }).meta({ id: 'EntryReference' });

export const caseGroup = z
  .object({ commandId: ulid, orderIds: z.array(z.string()) })
  .meta({ description: 'The command over several orders that the entry belongs to.' });

export const caseShape = {
  id: ulid,
  position,
  reasons: z.array(caseReason),
  opponents: z.array(ulid).meta({ description: 'The entries on the other side.' }),
  fields: z.array(z.string()),
  group: caseGroup.optional(),
};

export type StatusSchema = z.ZodEnum<{ [status: string]: string }>;

export const orderStateSchema = (lifecycle: Lifecycle, status: StatusSchema) =>
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

export type OrderStateSchema = ReturnType<typeof orderStateSchema>;

export const writtenOrderSchema = (orderState: OrderStateSchema) =>
  describes<WrittenOrder>()(orderState.partial({ fields: true, money: true, cases: true })).meta({
    id: 'WrittenOrder',
    description:
      'The order after the write. `fields`, `money` and `cases` are there for callers with `orders:read` only.',
  });

export type WrittenOrderSchema = ReturnType<typeof writtenOrderSchema>;

export const replication = describes<Replication>()(
  z.object({ held: z.array(z.string()), missing: z.array(z.string()) }),
).meta({ id: 'Replication', description: 'Regions that hold what was stored, and those not known to hold it yet.' });

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
