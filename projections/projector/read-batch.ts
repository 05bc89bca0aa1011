/**
 * Sorts the records of a batch by the order that they ring for.
 *
 * The ledger also holds heartbeats and the plan, which have no order view, and anybody may have put anything in it: a
 * record whose key is no order's is passed over.
 */
import type { DynamoDBRecord } from 'aws-lambda';
import { parseOrderStream } from '../../domain/ledger/stream-name.ts';

/** What rang for one order, in the order of the batch. */
export interface RungStream {
  readonly stream: string;
  readonly records: readonly DynamoDBRecord[];
}

export const streamsOfBatch = (records: readonly DynamoDBRecord[]): ReadonlyMap<string, RungStream> => {
  const streams = new Map<string, { readonly stream: string; readonly records: DynamoDBRecord[] }>();
  for (const record of records) {
    const stream = orderStreamOf(record);
    if (stream === undefined) continue;
    const rung = streams.get(stream) ?? { stream, records: [] };
    rung.records.push(record);
    streams.set(stream, rung);
  }
  return streams;
};

export const orderStreamOf = (record: DynamoDBRecord): string | undefined => {
  const stream = record.dynamodb?.Keys?.['stream']?.S;
  return stream !== undefined && parseOrderStream(stream) ? stream : undefined;
};

/**
 * When the record was made, as DynamoDB says it: rounded down. Lambda gives seconds, the SDK a date. Undefined where it
 * is not said.
 */
export const creationMs = ({ dynamodb }: DynamoDBRecord): number | undefined => {
  const said: unknown = dynamodb?.ApproximateCreationDateTime;
  const timeMs = said instanceof Date ? said.getTime() : typeof said === 'number' ? said * 1000 : Number.NaN;
  return Number.isFinite(timeMs) ? timeMs : undefined;
};

/** Where they lie in the ledger's stream, whatever order they came in. */
export const sequenceRange = ({ records }: RungStream): { readonly first: string; readonly last: string } => {
  const numbers = records.map((record) => record.dynamodb?.SequenceNumber ?? '').sort(compareSequences);
  return { first: numbers[0] ?? '', last: numbers.at(-1) ?? '' };
};

/** DynamoDB's are digits, and grow; too long for a number. */
const compareSequences = (left: string, right: string): number => {
  if (left.length !== right.length) return left.length - right.length;
  if (left === right) return 0;
  return left < right ? -1 : 1;
};
