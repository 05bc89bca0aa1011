/**
 * Reads a request body as JSON that is safe to hash, store and fold.
 */
import { Buffer } from 'node:buffer';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { entryBytesMax } from '../../domain/kernel/limits.ts';
import { findJsonFlaw } from '../ledger/json-flaw.ts';
import { headerOf } from './read-headers.ts';
import { type Read, read, refuse } from './request.ts';

/** An entry holds the body and more, so a larger body could never be stored. */
export const bodyBytesMax = entryBytesMax;

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
  const flaw = findJsonFlaw(value);
  return flaw === undefined ? read(value) : refuse({ kind: 'invalid-json', detail: flaw });
};

const jsonMediaType = /^application\/(?:[a-z0-9.!#$&^_-]+\+)?json\s*(?:;|$)/i;
