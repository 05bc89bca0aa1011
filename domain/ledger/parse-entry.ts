/**
 * Reads an entry that somebody hands us as JSON text: a line of a file, an export of another system.
 *
 * Its hash may be missing (hand-written test data, another writer's export) and is then computed.
 */
import type { Sha256 } from '../ports/digest.ts';
import { type Entry, entrySchema } from './entry.ts';
import { firstIssue, hashEntry } from './entry-hash.ts';

export type ParsedEntry =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'invalid'; readonly message: string };

export const parseEntry = (json: string, sha256: Sha256): ParsedEntry => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { kind: 'invalid', message: 'not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { kind: 'invalid', message: 'not a JSON object' };
  const isHashed = Object.hasOwn(value, 'hash');
  const parsed = entrySchema.safeParse(isHashed ? value : { ...value, hash: unhashed });
  if (!parsed.success) return { kind: 'invalid', message: firstIssue(parsed.error) };
  try {
    const hashed = hashEntry(parsed.data, sha256);
    return { kind: 'entry', entry: isHashed ? parsed.data : hashed };
  } catch {
    return { kind: 'invalid', message: 'holds text that is not well-formed Unicode' };
  }
};

const unhashed = '0'.repeat(64);
