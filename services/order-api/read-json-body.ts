/**
 * Reads a request body as JSON that is safe to hash, store and fold.
 *
 * JSON allows more than the ledger can keep: numbers that overflow to infinity, lone surrogates that UTF-8 cannot
 * hold, nesting that exhausts a stack, and `__proto__`, which some code downstream would take for more than a name. Such a
 * body is refused here, at the door, so that nothing behind it has to think of them.
 */
import { Buffer } from 'node:buffer';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { entryBytesMax } from '../../domain/kernel/limits.ts';
import { headerOf } from './read-headers.ts';
import { type Read, read, refuse } from './request.ts';

/** An entry holds the body and more, so a larger body could never be stored. */
export const bodyBytesMax = entryBytesMax;
const jsonDepthMax = 32;

export const readJsonBody = (event: APIGatewayProxyEventV2): Read<unknown> => {
  const parsed = parseJsonBody(event, bodyBytesMax);
  return parsed.kind === 'refused' ? parsed : checkJson(parsed.value);
};

/** Not safe yet: every part that is kept has to pass `checkJson`, and nothing else may walk down it before. */
export const parseJsonBody = (event: APIGatewayProxyEventV2, bytesMax: number): Read<unknown> => {
  if (!jsonMediaType.test(headerOf(event, 'content-type') ?? '')) return refuse({ kind: 'unsupported-media-type' });
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.byteLength > bytesMax) return refuse({ kind: 'body-too-large', bytesMax });
  try {
    return read(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return refuse({ kind: 'invalid-json', detail: 'The body is not JSON in UTF-8.' });
  }
};

export const checkJson = <Value>(value: Value): Read<Value> => {
  const flaw = findFlaw(value, 0);
  return flaw === undefined ? read(value) : refuse({ kind: 'invalid-json', detail: flaw });
};

const jsonMediaType = /^application\/(?:[a-z0-9.!#$&^_-]+\+)?json\s*(?:;|$)/i;

const findFlaw = (value: unknown, depth: number): string | undefined => {
  if (depth > jsonDepthMax) return `The body nests deeper than ${jsonDepthMax} levels.`;
  if (typeof value === 'number' && !Number.isFinite(value)) return 'A number is too large.';
  if (typeof value === 'string' && !value.isWellFormed()) return 'A string holds half a surrogate pair.';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    if (key === '__proto__') return 'A property is named __proto__.';
    const flaw =
      (key.isWellFormed() ? undefined : 'A name holds half a surrogate pair.') ?? findFlaw(member, depth + 1);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
};
