/**
 * Reads a table's DynamoDB stream, as an event source mapping does: every shard in order, a parent before its children.
 *
 * It keeps its place in memory only. Whoever reads must bear repetition anyway, so a process that starts again simply
 * begins at the oldest record that is left, or says that it wants only what comes from now on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type _Record,
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type Shard,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { allEnded } from '../dynamodb/bounded-work.ts';

export interface StreamReaderOptions {
  readonly client: DynamoDBStreamsClient;
  readonly streamArn: string;
  readonly startAt: 'TRIM_HORIZON' | 'LATEST';
}

export interface StreamReader {
  /** Takes its place in the stream: what is written from now on will be read. */
  readonly open: () => Promise<void>;
  /** The next records; none only where every shard is read to its end for now. */
  readonly read: () => Promise<readonly _Record[]>;
  /** Where a record that was read lies. */
  readonly shardIdOf: (record: object) => string;
}

/** The most that DynamoDB gives at once. */
const recordsMax = 1_000;

export const createStreamReader = ({ client, streamArn, startAt }: StreamReaderOptions): StreamReader => {
  const places = new Map<string, Place>();
  const shardIds = new WeakMap<object, string>();
  let isOpen = false;

  /** Shards that are new to us begin at their first record: nothing in them was there when we opened. */
  const findShards = async (iteratorType: 'TRIM_HORIZON' | 'LATEST'): Promise<void> => {
    const shards = await describeShards(client, streamArn);
    const isKnown = new Set(shards.map((shard) => shard.ShardId));
    for (const id of places.keys()) if (!isKnown.has(id)) places.delete(id);
    for (const { ShardId: id, ParentShardId: parent } of shards) {
      if (id === undefined || places.has(id)) continue;
      places.set(id, {
        parent,
        iterator: await iteratorAt(id, { ShardIteratorType: iteratorType }),
        lastRead: undefined,
      });
    }
  };

  const iteratorAt = async (shardId: string, start: IteratorStart): Promise<string | undefined> => {
    const input = { StreamArn: streamArn, ShardId: shardId, ...start };
    return (await client.send(new GetShardIteratorCommand(input))).ShardIterator;
  };

  const open = async (): Promise<void> => {
    if (!isOpen) await findShards(startAt);
    isOpen = true;
  };

  /** Read and not handed on yet: the places have moved past it, and whatever fails then must not cost it. */
  let held: _Record[] = [];
  /** Since the shards were last asked for. */
  let hasShardClosed = false;
  const read = async (): Promise<readonly _Record[]> => {
    await open();
    if (places.size === 0) await findShards('TRIM_HORIZON');
    for (;;) {
      const readable = [...places].filter(
        ([, place]) => place.iterator !== undefined && !isOpenShard(places, place.parent),
      );
      await allEnded(readable.map(async ([id, place]) => void held.push(...(await readPage(id, place)))));
      const isAtEnd = !hasShardClosed;
      if (hasShardClosed) await findShards('TRIM_HORIZON');
      hasShardClosed = false;
      if (held.length === 0 && !isAtEnd) continue;
      const records = held;
      held = [];
      return records;
    }
  };

  /** DynamoDB Local looks through its whole stream for a page, so a reader leaves it as much time as the last page took. */
  let restMs = 0;
  const restedRead = async (): Promise<readonly _Record[]> => {
    if (restMs > 0) await sleep(restMs);
    const startedMs = performance.now();
    const records = await read();
    restMs = performance.now() - startedMs;
    return records;
  };

  const readPage = async (id: string, place: Place): Promise<readonly _Record[]> => {
    try {
      const { Records: records = [], NextShardIterator: next } = await client.send(
        new GetRecordsCommand({ ShardIterator: place.iterator, Limit: recordsMax }),
      );
      place.iterator = next;
      hasShardClosed ||= next === undefined;
      for (const record of records) shardIds.set(record, id);
      place.lastRead = records[records.length - 1]?.dynamodb?.SequenceNumber ?? place.lastRead;
      return records;
    } catch (error) {
      // An iterator lives for 15 minutes, a record for 24 hours: a place that is gone is taken again as near as possible.
      const isTrimmed = error instanceof TrimmedDataAccessException;
      if (!isTrimmed && !(error instanceof ExpiredIteratorException)) throw error;
      const start: IteratorStart =
        isTrimmed || place.lastRead === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: place.lastRead };
      place.iterator = await iteratorAt(id, start);
      return readPage(id, place);
    }
  };

  return { open, read: restedRead, shardIdOf: (record) => shardIds.get(record) ?? '' };
};

interface Place {
  readonly parent: string | undefined;
  /** Undefined once the shard is closed and read to its end. */
  iterator: string | undefined;
  lastRead: string | undefined;
}

type IteratorStart = Pick<GetShardIteratorCommandInput, 'ShardIteratorType' | 'SequenceNumber'>;

/** A parent that is trimmed away, or read to its end, holds nobody back. */
const isOpenShard = (places: ReadonlyMap<string, Place>, id: string | undefined): boolean =>
  id !== undefined && places.get(id)?.iterator !== undefined;

const describeShards = async (client: DynamoDBStreamsClient, streamArn: string): Promise<readonly Shard[]> => {
  const shards: Shard[] = [];
  let after: string | undefined;
  do {
    const input = { StreamArn: streamArn, ...(after === undefined ? {} : { ExclusiveStartShardId: after }) };
    const { StreamDescription: stream } = await client.send(new DescribeStreamCommand(input));
    shards.push(...(stream?.Shards ?? []));
    after = stream?.LastEvaluatedShardId;
  } while (after !== undefined);
  return shards;
};
