/**
 * Reads again the records of a stream that a letter only gives the range of.
 *
 * DynamoDB keeps records for 24 hours; after that the range is gone, which is an answer and no fault. Whoever asks must
 * bear the same records twice, and some beyond the range: pages end where DynamoDB ends them.
 */
import {
  type _Record,
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ResourceNotFoundException,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import type { Sleep } from '../../domain/ports/clock.ts';

export interface ShardRange {
  readonly streamArn: string;
  readonly shardId: string;
  readonly firstSequenceNumber: string;
  readonly lastSequenceNumber: string;
}

export type ReadRange =
  | { readonly kind: 'read'; readonly records: readonly _Record[] }
  /** The stream no longer has all of it. */
  | { readonly kind: 'trimmed' };

export interface ShardRangeDeps {
  readonly client: Pick<DynamoDBStreamsClient, 'send'>;
  readonly sleep: Sleep;
}

/** All records of the range; a batch that Lambda gave up on is 10,000 records and 6 MB at most. */
export const readShardRange = async ({ client, sleep }: ShardRangeDeps, range: ShardRange): Promise<ReadRange> => {
  try {
    const { ShardIterator: start } = await client.send(
      new GetShardIteratorCommand({
        StreamArn: range.streamArn,
        ShardId: range.shardId,
        ShardIteratorType: 'AT_SEQUENCE_NUMBER',
        SequenceNumber: range.firstSequenceNumber,
      }),
    );
    const records: _Record[] = [];
    let iterator = start;
    for (let emptyPages = 0; iterator !== undefined && emptyPages < emptyPagesMax; ) {
      const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: recordsMax }));
      const read = page.Records ?? [];
      records.push(...read.filter((record) => !isAfter(sequenceNumberOf(record), range.lastSequenceNumber)));
      const last = read.at(-1);
      if (last && !isAfter(range.lastSequenceNumber, sequenceNumberOf(last))) return { kind: 'read', records };
      iterator = page.NextShardIterator;
      emptyPages = read.length === 0 ? emptyPages + 1 : 0;
      if (read.length === 0) await sleep(pageRestMs);
    }
    // The shard ended, or gives nothing more, before the last record came: some of the range is gone.
    return { kind: 'trimmed' };
  } catch (error) {
    if (isGone(error)) return { kind: 'trimmed' };
    throw error;
  }
};

/** The most that DynamoDB gives at once. */
const recordsMax = 1_000;
/** Pages may be empty while there is more; this many in a row are 20 s. */
const emptyPagesMax = 100;
/** DynamoDB takes five reads a second of one shard. */
const pageRestMs = 200;

const isGone = (error: unknown): boolean =>
  error instanceof TrimmedDataAccessException ||
  error instanceof ResourceNotFoundException ||
  error instanceof ExpiredIteratorException;

const sequenceNumberOf = (record: _Record): string => record.dynamodb?.SequenceNumber ?? '';

/** Sequence numbers are whole numbers of up to 40 digits. */
const isAfter = (left: string, right: string): boolean => toNumber(left) > toNumber(right);

const toNumber = (text: string): bigint => (/^\d+$/.test(text) ? BigInt(text) : 0n);
