/** What every decision and fact brings beside what it says: its key, the state that it was made on, and a JSON body. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ExpectedState } from '../../domain/decide/command.ts';
import { readIdempotencyKey, readIfMatch } from './read-headers.ts';
import { readJsonBody } from './read-json-body.ts';
import { type Read, read } from './request.ts';

export interface WriteFrame {
  readonly idempotencyKey: string;
  readonly expected: ExpectedState | undefined;
  readonly json: unknown;
}

export const readWriteFrame = (event: APIGatewayProxyEventV2): Read<WriteFrame> => {
  const key = readIdempotencyKey(event);
  if (key.kind === 'refused') return key;
  const expected = readIfMatch(event);
  if (expected.kind === 'refused') return expected;
  const json = readJsonBody(event);
  if (json.kind === 'refused') return json;
  return read({ idempotencyKey: key.value, expected: expected.value, json: json.value });
};
