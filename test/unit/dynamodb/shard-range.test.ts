import {
  type _Record,
  type DynamoDBStreamsClient,
  type GetRecordsCommand,
  GetShardIteratorCommand,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { describe, expect, it } from 'vitest';
import { readShardRange } from '../../../infra/dynamodb/shard-range.ts';

const record = (sequenceNumber: string): _Record => ({ dynamodb: { SequenceNumber: sequenceNumber } });

/** Gives one page a request; `end` says whether the shard goes on after the last. */
const shard = (pages: readonly (readonly string[])[], end: 'closed' | 'open' = 'closed') => {
  const asked: unknown[] = [];
  const client = {
    send: async (command: unknown) => {
      if (command instanceof GetShardIteratorCommand) {
        asked.push(command.input);
        return { ShardIterator: '0' };
      }
      const at = Number((command as GetRecordsCommand).input.ShardIterator);
      const isLast = at >= pages.length - 1;
      return {
        Records: (pages[at] ?? []).map(record),
        ...(isLast && end === 'closed' ? {} : { NextShardIterator: String(at + 1) }),
      };
    },
  } as unknown as Pick<DynamoDBStreamsClient, 'send'>;
  return { client, asked };
};

const range = {
  streamArn: 'arn',
  shardId: 'shard-1',
  firstSequenceNumber: '99000000000000000000001',
  lastSequenceNumber: '100000000000000000000003',
};
const inRange = ['99000000000000000000001', '99000000000000000000009', '100000000000000000000003'];
const beyond = '100000000000000000000004';

const read = (client: Pick<DynamoDBStreamsClient, 'send'>) =>
  readShardRange({ client, sleep: async () => undefined }, range);

const numbersOf = (answer: Awaited<ReturnType<typeof read>>) =>
  answer.kind === 'read' ? answer.records.map(({ dynamodb }) => dynamodb?.SequenceNumber) : answer.kind;

describe('read a range of a shard', () => {
  it('reads from the first number to the last, over several pages, and nothing beyond', async () => {
    const { client, asked } = shard([inRange.slice(0, 1), [], [...inRange.slice(1), beyond]], 'open');
    expect(numbersOf(await read(client))).toEqual(inRange);
    expect(asked).toEqual([
      {
        StreamArn: 'arn',
        ShardId: 'shard-1',
        ShardIteratorType: 'AT_SEQUENCE_NUMBER',
        SequenceNumber: range.firstSequenceNumber,
      },
    ]);
  });

  it('ends at a record beyond the range although the last one is gone', async () => {
    expect(numbersOf(await read(shard([[inRange[0] ?? '', beyond]], 'open').client))).toEqual([inRange[0]]);
  });

  it('says that the range is forgotten when the shard ends, or stays silent, before it', async () => {
    expect(await read(shard([inRange.slice(0, 2)]).client)).toEqual({ kind: 'trimmed' });
    expect(await read(shard([inRange.slice(0, 2)], 'open').client)).toEqual({ kind: 'trimmed' });
  });

  it('says so when the stream no longer knows the first number', async () => {
    const client = {
      send: async () => {
        throw new TrimmedDataAccessException({ message: 'too old', $metadata: {} });
      },
    } as unknown as Pick<DynamoDBStreamsClient, 'send'>;
    expect(await read(client)).toEqual({ kind: 'trimmed' });
  });

  it('throws any other failure', async () => {
    const client = {
      send: async () => {
        throw new Error('no permission');
      },
    } as unknown as Pick<DynamoDBStreamsClient, 'send'>;
    await expect(read(client)).rejects.toThrow('no permission');
  });
});
