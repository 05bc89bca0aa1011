/**
 * The request headers that mean something to the ledger.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ExpectedState } from '../../domain/decide/command.ts';
import { type Cut, parseToken } from '../../domain/ledger/cut.ts';
import { idempotencyKeyPattern, idempotencyKeyRule } from '../ledger/idempotency-key.ts';
import { type Read, read, refuse } from './request.ts';

/** Undefined when absent. Gateways lower-case the names; others need not. */
export const headerOf = (event: APIGatewayProxyEventV2, name: string): string | undefined =>
  Object.entries(event.headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];

/** A retry without a key would be a second command, so every write needs one. */
export const readIdempotencyKey = (event: APIGatewayProxyEventV2): Read<string> => {
  const key = headerOf(event, 'idempotency-key');
  if (key === undefined || key === '') return refuse({ kind: 'missing-idempotency-key' });
  if (!idempotencyKeyPattern.test(key))
    return refuse({
      kind: 'invalid-header',
      name: 'Idempotency-Key',
      detail: idempotencyKeyRule,
    });
  return read(key);
};

/** The cuts that the client read, as quoted tokens. A weak one (`W/"…"`) never matches, as HTTP has it. */
export const readIfMatch = (event: APIGatewayProxyEventV2): Read<ExpectedState | undefined> => {
  const text = headerOf(event, 'if-match')?.trim();
  if (text === undefined) return read(undefined);
  if (text === '*') return read('exists');
  const invalid = refuse<undefined>({
    kind: 'invalid-header',
    name: 'If-Match',
    detail: 'Send the ETag as it was received, in quotes.',
  });
  if (!entityTagsPattern.test(text)) return invalid;
  const cuts: Cut[] = [];
  for (const [, weak, token = ''] of text.matchAll(entityTagPattern)) {
    const cut = parseToken(token);
    if (!cut) return invalid;
    if (!weak) cuts.push(cut);
  }
  return read(cuts);
};

/** The cut that the client has seen, and the region must cover before it answers; undefined when it asks for none. */
export const readToken = (event: APIGatewayProxyEventV2): Read<Cut | undefined> => {
  const text = headerOf(event, 'rejoin-token');
  if (text === undefined) return read(undefined);
  const cut = parseToken(text);
  if (cut) return read(cut);
  return refuse({
    kind: 'invalid-header',
    name: 'Rejoin-Token',
    detail: 'Send a token as it was received, such as eu-west-1:3,us-east-1:7.',
  });
};

/** For a route to which the header would mean nothing: passing over a precondition would be worse than not taking one. */
export const refuseHeader = (
  event: APIGatewayProxyEventV2,
  name: 'If-Match' | 'Rejoin-Token',
  detail: string,
): Read<undefined> =>
  headerOf(event, name.toLowerCase()) === undefined
    ? read(undefined)
    : refuse({ kind: 'invalid-header', name, detail });

/** The root of the X-Ray trace that the request belongs to. */
export const traceIdOf = (event: APIGatewayProxyEventV2): string | undefined =>
  traceRootPattern.exec(headerOf(event, 'x-amzn-trace-id') ?? '')?.[1];

const entityTagPattern = /(W\/)?"([^"]*)"/g;
const entityTagsPattern = /^(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*$/;
const traceRootPattern = /(?:^|;)Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/;
