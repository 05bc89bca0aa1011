/**
 * What is hashed is what is stored: the RFC 8785 canonical JSON of an entry without its `hash`, byte for byte.
 * With `parents` inside it, the hashes of a stream form a Merkle DAG: a changed, missing or swapped entry shows.
 */
import canonicalize from 'canonicalize';
import type { PayloadIssue } from '../lifecycle/define-lifecycle.ts';
import type { Sha256 } from '../ports/digest.ts';
import { type Entry, entrySchema } from './entry.ts';

export type UnhashedEntry = Omit<Entry, 'hash'>;

export const canonicalJson = (value: unknown): string => canonicalize(value) ?? 'null';

/** The stored `body`: absent fields are left out, so undefined and missing hash alike. */
export const entryBody = (entry: UnhashedEntry | Entry): string => {
  const { hash: _, ...unhashed } = entry as Entry;
  return canonicalJson(unhashed);
};

export const hashEntry = (entry: UnhashedEntry, sha256: Sha256): Entry => ({
  ...entry,
  hash: sha256(entryBody(entry)),
});

export type ReadBody =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'damaged'; readonly reason: string };

/**
 * Reads a stored body back. A body that does not hash to `hash`, is not canonical, or is no entry, is damage and never
 * folded. What hand-written input may leave out, the ledger may not: without `recordedAt` a forged id would not show.
 */
export const readEntryBody = ({ body, hash }: { body: string; hash: string }, sha256: Sha256): ReadBody => {
  if (sha256(body) !== hash) return damaged('body does not match its hash');
  let value: unknown;
  try {
    value = JSON.parse(body);
    if (canonicalJson(value) !== body) return damaged('body is not canonical JSON');
  } catch {
    return damaged('body is not JSON');
  }
  const parsed = entrySchema.safeParse({ ...(value as object), hash });
  if (!parsed.success) return damaged(firstIssue(parsed.error));
  return parsed.data.recordedAt === undefined ? damaged('recordedAt: missing') : { kind: 'entry', entry: parsed.data };
};

export const firstIssue = ({ issues: [issue] }: { readonly issues: readonly PayloadIssue[] }): string =>
  `${issue?.path.join('.') || 'entry'}: ${issue?.message}`;

const damaged = (reason: string): ReadBody => ({ kind: 'damaged', reason });
