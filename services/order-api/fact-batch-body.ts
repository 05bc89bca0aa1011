/**
 * The body of a batch of facts. Each item is read as if it had come alone, so that one bad item is one bad answer; only
 * a body that is no list of items is refused as a whole.
 */
import { Buffer } from 'node:buffer';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { entryBytesMax } from '../../domain/kernel/limits.ts';
import { orderIdSchema } from '../ledger/command-frame.ts';
import { idempotencyKeyPattern, idempotencyKeyRule } from '../ledger/idempotency-key.ts';
import { type CommandBody, readFactBody, refuseBody } from './command-body.ts';
import { checkJson, parseJsonBody } from './read-json-body.ts';
import { type Read, read, refuse } from './request.ts';

export const batchFactsMax = 100;

/** What the gateway of the local world takes, too. */
export const batchBytesMax = 1024 * 1024;

export type BatchItem = Readonly<Record<string, unknown>>;

export interface BatchFact {
  readonly orderId: string;
  readonly idempotencyKey: string;
  readonly body: CommandBody;
}

/** The items are anything yet, but objects. */
export const readFactBatchBody = (event: APIGatewayProxyEventV2): Read<readonly BatchItem[]> => {
  const json = parseJsonBody(event, batchBytesMax);
  if (json.kind === 'refused') return json;
  const parsed = batchSchema.safeParse(json.value);
  return parsed.success ? read(parsed.data.facts) : refuseBody(parsed.error);
};

/** An item names its order unless the path did. */
export const readBatchFact = (item: BatchItem, index: number, pathOrderId: string | undefined): Read<BatchFact> => {
  const base = `/facts/${index}`;
  // First, as nothing else here can be done to JSON that nests too deep.
  const json = checkJson(item);
  if (json.kind === 'refused') return json;
  const size = checkSize(item);
  if (size.kind === 'refused') return size;
  const { idempotencyKey, ...rest } = item;
  const key = readItemKey(idempotencyKey, base);
  if (key.kind === 'refused') return key;
  const fact = pathOrderId === undefined ? splitOrderId(rest, base) : read({ orderId: pathOrderId, frame: rest });
  if (fact.kind === 'refused') return fact;
  const body = readFactBody(fact.value.frame, base);
  if (body.kind === 'refused') return body;
  return read({ orderId: fact.value.orderId, idempotencyKey: key.value, body: body.value });
};

const isObject = (value: unknown): value is BatchItem =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** How many is checked before what they are: there is no point in a hundred thousand complaints. */
const batchSchema = z.strictObject({
  facts: z
    .array(z.unknown())
    .min(1)
    .max(batchFactsMax)
    .pipe(z.array(z.custom<BatchItem>(isObject, 'must be an object'))),
});

const checkSize = (item: BatchItem): Read<BatchItem> =>
  Buffer.byteLength(JSON.stringify(item)) > entryBytesMax
    ? refuse({ kind: 'body-too-large', bytesMax: entryBytesMax })
    : read(item);

const readItemKey = (value: unknown, base: string): Read<string> => {
  if (value === undefined || value === '') return refuse({ kind: 'missing-idempotency-key' });
  const parsed = keySchema.safeParse(value);
  return parsed.success ? read(parsed.data) : refuseBody(parsed.error, `${base}/idempotencyKey`);
};

export const keySchema = z.string().regex(idempotencyKeyPattern, idempotencyKeyRule);

const splitOrderId = (
  { orderId, ...frame }: BatchItem,
  base: string,
): Read<{ readonly orderId: string; readonly frame: BatchItem }> => {
  const parsed = orderIdSchema.safeParse(orderId);
  return parsed.success ? read({ orderId: parsed.data, frame }) : refuseBody(parsed.error, `${base}/orderId`);
};
