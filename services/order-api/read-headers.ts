/**
 * The request headers that mean something to the ledger.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ExpectedState } from '../../domain/decide/command.ts';
import { type Cut, parseToken } from '../../domain/ledger/cut.ts';
import { idempotencyKeyPattern, idempotencyKeyRule } from './idempotency-key.ts';
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

/** The root of the X-Ray trace that the request belongs to. */
export const traceIdOf = (event: APIGatewayProxyEventV2): string | undefined =>
  traceRootPattern.exec(headerOf(event, 'x-amzn-trace-id') ?? '')?.[1];

const entityTagPattern = /(W\/)?"([^"]*)"/g;
const entityTagsPattern = /^(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*$/;
const traceRootPattern = /(?:^|;)Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/;
