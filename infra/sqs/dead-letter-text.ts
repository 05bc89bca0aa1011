/**
 * Dead letters as the text of a message, and back.
 *
 * Two writers share one queue: the projector, whose letters are ours, and Lambda, which leaves its own record of a batch
 * that it gave up on. Whatever else lies there (a hand-written message, a letter of a later version) is nobody's fault
 * and must not keep anybody from reading the rest, so it parses to nothing.
 */
import * as z from 'zod';
import type { DeadLetter, PoisonLetter, ShardRangeLetter } from '../../domain/ports/dead-letter-queue.ts';
import { toAsciiJson } from './ascii-json.ts';

/** SQS takes 256 KiB and more; whatever an error said, the letter has to fit. */
const reasonCharsMax = 8_000;

export const letterToText = (letter: PoisonLetter): string =>
  toAsciiJson({ ...letter, reason: letter.reason.slice(0, reasonCharsMax) });

/** Undefined for a text that is none of ours. */
export const parseLetter = (text: string): DeadLetter | undefined => {
  const json = parseJson(text);
  const record = onFailureSchema.safeParse(json);
  return record.success ? recordToLetter(record.data) : poisonSchema.safeParse(json).data;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const poisonSchema: z.ZodType<PoisonLetter> = z.object({
  kind: z.literal('poison'),
  region: z.string(),
  stream: z.string(),
  reason: z.string(),
  firstSequenceNumber: z.string(),
  lastSequenceNumber: z.string(),
  atMs: z.number(),
});

const instant = z
  .string()
  .transform((text) => Date.parse(text))
  .refine(Number.isFinite, 'must be a time');

/**
 * What Lambda sends to the on-failure destination of a DynamoDB stream's event source mapping: where the records lie,
 * never the records. Source: AWS Lambda guide, "Retain discarded records for a DynamoDB event source".
 */
const onFailureSchema = z.object({
  requestContext: z.object({ condition: z.string(), approximateInvokeCount: z.number().optional() }),
  /** Absent where the function could not be invoked. */
  responseContext: z.object({ functionError: z.string().nullish() }).nullish(),
  timestamp: instant,
  DDBStreamBatchInfo: z.object({
    shardId: z.string(),
    startSequenceNumber: z.string(),
    endSequenceNumber: z.string(),
    approximateArrivalOfFirstRecord: instant,
    approximateArrivalOfLastRecord: instant,
    batchSize: z.number(),
    streamArn: z.string(),
  }),
});

const recordToLetter = ({
  requestContext: { condition, approximateInvokeCount: tries },
  responseContext,
  timestamp,
  DDBStreamBatchInfo: range,
}: z.infer<typeof onFailureSchema>): ShardRangeLetter => ({
  kind: 'shard-range',
  reason: [condition, tries && `after ${tries} tries`, responseContext?.functionError].filter(Boolean).join(', '),
  streamArn: range.streamArn,
  shardId: range.shardId,
  firstSequenceNumber: range.startSequenceNumber,
  lastSequenceNumber: range.endSequenceNumber,
  firstArrivedAtMs: range.approximateArrivalOfFirstRecord,
  lastArrivedAtMs: range.approximateArrivalOfLastRecord,
  records: range.batchSize,
  atMs: timestamp,
});
