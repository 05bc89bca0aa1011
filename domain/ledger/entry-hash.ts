/**
 * What is hashed is what is stored: the RFC 8785 canonical JSON of an entry without its `hash`, byte for byte.
 * With `parents` inside it, the hashes of a stream form a Merkle DAG: a changed, missing or swapped entry shows.
 */
import canonicalize from 'canonicalize';
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

/** Reads a stored body back. A body that does not hash to `hash`, or is no entry, is damage and never folded. */
export const readEntryBody = ({ body, hash }: { body: string; hash: string }, sha256: Sha256): ReadBody => {
  if (sha256(body) !== hash) return { kind: 'damaged', reason: 'body does not match its hash' };
  try {
    const parsed = entrySchema.safeParse({ ...JSON.parse(body), hash });
    if (parsed.success) return { kind: 'entry', entry: parsed.data };
    const issue = parsed.error.issues[0];
    return { kind: 'damaged', reason: `${issue?.path.join('.') || 'entry'}: ${issue?.message}` };
  } catch {
    return { kind: 'damaged', reason: 'body is not JSON' };
  }
};
