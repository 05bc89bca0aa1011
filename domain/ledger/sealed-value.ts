/**
 * A personal value as the ledger keeps it: sealed under a key of its customer, before the entry is hashed.
 *
 * Entries are kept for ever and cannot be changed, so what must be able to go one day stands in them as a box, and goes
 * with its key. The same value at the same place under the same key is the same box: the fold, which has no keys,
 * compares boxes. The names ARE the storage format. Decision: docs/adr/0009-personal-data-is-sealed.md
 */
import * as z from 'zod';
import type { PayloadIssue } from '../lifecycle/define-lifecycle.ts';

export const sealedValueSchema = z.strictObject({
  /** How: AES-SIV over the canonical JSON of the value, its place as associated data. */
  sealed: z.literal('v1'),
  /** Which of the customer's keys. */
  key: z.string().regex(/^[0-9a-f]{16}$/),
  /** base64url: 16 bytes that are a keyed digest of the value and its place, then the value. */
  box: z.string().regex(/^[A-Za-z0-9_-]{22,}$/),
});

export type SealedValue = Readonly<z.infer<typeof sealedValueSchema>>;

/** What a caller sends of a value that is stored sealed. */
export type Plain<Value> = Exclude<Value, SealedValue>;

export const isSealed = (value: unknown): value is SealedValue => sealedValueSchema.safeParse(value).success;

/** The schema of a personal value, plain or sealed: what a lifecycle writes for one. */
export const sealable = <Schema extends z.ZodType>(schema: Schema) => z.union([schema, sealedValueSchema]);

/** Where a value is neither plain nor sealed, what is wrong with the plain one: a client never sends the other. */
export const plainIssues = (issues: readonly PayloadIssue[]): readonly PayloadIssue[] =>
  issues.flatMap((issue) => {
    const [plain, sealed, ...others] = (issue as Partial<z.core.$ZodIssueInvalidUnion>).errors ?? [];
    const isSealable = plain && sealed?.some(isAboutSealing) && others.length === 0;
    return isSealable ? plain.map((it) => ({ ...it, path: [...issue.path, ...it.path] })) : [issue];
  });

/** A value that is no object at all, or has no `sealed` in it. */
const isAboutSealing = ({ path, ...issue }: z.core.$ZodIssue): boolean =>
  path[0] === 'sealed' || (path.length === 0 && issue.code === 'invalid_type' && issue.expected === 'object');
