/**
 * The payload of `ConflictResolved`, which every lifecycle has: a person's answer, as an entry like any other.
 *
 * The names ARE the storage format, as in every `*-events.ts`.
 */
import * as z from 'zod';
import { plainIssues } from '../ledger/sealed-value.ts';
import { isUlid } from '../ledger/ulid.ts';
import type { FieldDefinition, PayloadSchema, Status } from './define-lifecycle.ts';

export interface ResolutionPayload {
  /** The cases that it settles; may be empty. */
  readonly cases: readonly string[];
  readonly status?: Status;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly reason: string;
}

/** A resolution may choose any status of the lifecycle, and any field that holds one value. */
export const resolutionV1 = (
  statuses: readonly Status[],
  fields: Readonly<Record<string, FieldDefinition>>,
): PayloadSchema =>
  z.strictObject({
    cases: z.array(z.string().refine(isUlid, 'must be a ULID')).max(100),
    status: z.enum(statuses).optional(),
    fields: z
      .record(z.string(), z.unknown())
      .superRefine((chosen, context) => checkFields(chosen, fields, context))
      .optional(),
    reason: z.string().min(1).max(2000),
  });

const checkFields = (
  chosen: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, FieldDefinition>>,
  context: z.RefinementCtx,
): void => {
  for (const [name, value] of Object.entries(chosen)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: [name], message });
    if (!field) refuse('unknown field');
    else if (field.merge === 'counter' || field.merge === 'set') refuse('a counter or a set is changed by events only');
    else {
      const checked = field.value.safeParse(value);
      if (!checked.success) refuse(plainIssues(checked.error.issues)[0]?.message ?? 'invalid value');
    }
  }
};
