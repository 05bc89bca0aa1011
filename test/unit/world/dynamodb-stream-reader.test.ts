import {
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { describe, expect, it } from 'vitest';
import { createStreamReader, type StreamReader } from '../../../infra/world/dynamodb-stream-reader.ts';

describe('stream reader', () => {
  it('reads a parent shard to its end before its children', async () => {
    const stream = createStream();
    stream.addShard('parent', ['1', '2'], { isClosed: true });
    stream.addShard('child', ['3', '4'], { parent: 'parent' });
    const reader = stream.reader('TRIM_HORIZON');

    expect(await readAll(reader)).toEqual(['1', '2', '3', '4']);
  });

  it('says in which shard a record lies', async () => {
    const stream = createStream();
    stream.addShard('parent', ['1'], { isClosed: true });
    stream.addShard('child', ['2'], { parent: 'parent' });
    const reader = stream.reader('TRIM_HORIZON');

    const shards = [await reader.read(), await reader.read()].flat().map(reader.shardIdOf);

    expect(shards).toEqual(['parent', 'child']);
  });

  it('finds shards that open later', async () => {
    const stream = createStream();
    stream.addShard('first', ['1']);
    const reader = stream.reader('TRIM_HORIZON');
    expect(await readAll(reader)).toEqual(['1']);

    stream.write('first', '2');
    stream.close('first');
    stream.addShard('second', ['3'], { parent: 'first' });

    expect(await readAll(reader)).toEqual(['2', '3']);
  });

  it('reads a child whose parent is trimmed away', async () => {
    const stream = createStream();
    stream.addShard('child', ['3'], { parent: 'gone' });

    expect(await readAll(stream.reader('TRIM_HORIZON'))).toEqual(['3']);
  });

  it('reads nothing that was written before it opened, when it starts at the latest', async () => {
    const stream = createStream();
    stream.addShard('shard', ['1', '2']);
    const reader = stream.reader('LATEST');
    await reader.open();

    stream.write('shard', '3');

    expect(await readAll(reader)).toEqual(['3']);
  });

  it('goes on after the last record it read when its iterator has expired', async () => {
    const stream = createStream();
    stream.addShard('shard', ['1', '2']);
    const reader = stream.reader('TRIM_HORIZON');
    await readAll(reader);

    stream.write('shard', '3');
    stream.failNextRead(new ExpiredIteratorException({ message: 'too old', $metadata: {} }));

    expect(await readAll(reader)).toEqual(['3']);
  });

  it('goes on at the oldest record left when its place is trimmed away', async () => {
    const stream = createStream();
    stream.addShard('shard', ['1', '2']);
    const reader = stream.reader('TRIM_HORIZON');
    await readAll(reader);

    stream.failNextRead(new TrimmedDataAccessException({ message: 'gone', $metadata: {} }));

    expect(await readAll(reader)).toEqual(['1', '2']);
  });

  it('passes other failures on and keeps its place', async () => {
    const stream = createStream();
    stream.addShard('shard', ['1']);
    const reader = stream.reader('TRIM_HORIZON');
    stream.failNextRead(new Error('no answer'));

    await expect(reader.read()).rejects.toThrow('no answer');
    expect(await readAll(reader)).toEqual(['1']);
  });

  it('keeps what one shard gave while another did not answer', async () => {
    const stream = createStream();
    stream.addShard('broken', ['1']);
    stream.addShard('whole', ['2']);
    const reader = stream.reader('TRIM_HORIZON');
    stream.failNextRead(new Error('no answer'));

    await expect(reader.read()).rejects.toThrow('no answer');
    expect([...(await readAll(reader))].sort()).toEqual(['1', '2']);
  });

  it('keeps what it read when the shards that follow cannot be asked for, and asks again', async () => {
    const stream = createStream();
    stream.addShard('first', ['1']);
    const reader = stream.reader('TRIM_HORIZON');
    await reader.open();
    stream.close('first');
    stream.addShard('second', ['2'], { parent: 'first' });
    stream.failNextDescribe(new Error('no answer'));

    await expect(reader.read()).rejects.toThrow('no answer');
    expect(await readAll(reader)).toEqual(['1', '2']);
  });
});

const readAll = async (reader: StreamReader): Promise<readonly (string | undefined)[]> => {
  const sequences: (string | undefined)[] = [];
  for (let page = await reader.read(); page.length > 0; page = await reader.read())
    sequences.push(...page.map(({ dynamodb }) => dynamodb?.SequenceNumber));
  return sequences;
};

interface FakeShard {
  readonly parent: string | undefined;
  readonly records: string[];
  isClosed: boolean;
}

/** The answers of DynamoDB Streams for shards as the test lays them out; DynamoDB Local has one shard only. */
const createStream = () => {
  const shards = new Map<string, FakeShard>();
  let failure: Error | undefined;
  let describeFailure: Error | undefined;
  const shard = (id: string): FakeShard => {
    const found = shards.get(id);
    if (!found) throw new Error(`no shard ${id}`);
    return found;
  };
  const iteratorAt = (input: { ShardId: string; ShardIteratorType: string; SequenceNumber?: string }): string => {
    const { records } = shard(input.ShardId);
    const after = { TRIM_HORIZON: 0, LATEST: records.length }[input.ShardIteratorType];
    return `${input.ShardId} ${after ?? records.indexOf(input.SequenceNumber ?? '') + 1}`;
  };
  const readFrom = (iterator: string) => {
    if (failure) {
      const thrown = failure;
      failure = undefined;
      throw thrown;
    }
    const [id = '', start = '0'] = iterator.split(' ');
    const { records, isClosed } = shard(id);
    const read = records.slice(Number(start), Number(start) + 1);
    const next = Number(start) + read.length;
    return {
      Records: read.map((SequenceNumber) => ({ dynamodb: { SequenceNumber } })),
      NextShardIterator: isClosed && next >= records.length ? undefined : `${id} ${next}`,
    };
  };
  const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: never }) => {
    if (name === 'DescribeStreamCommand') {
      const thrown = describeFailure;
      describeFailure = undefined;
      if (thrown) throw thrown;
      return {
        StreamDescription: { Shards: [...shards].map(([id, { parent }]) => ({ ShardId: id, ParentShardId: parent })) },
      };
    }
    if (name === 'GetShardIteratorCommand') return { ShardIterator: iteratorAt(input) };
    return readFrom((input as { ShardIterator: string }).ShardIterator);
  };
  return {
    addShard: (id: string, records: readonly string[], options: { parent?: string; isClosed?: boolean } = {}) =>
      void shards.set(id, { parent: options.parent, records: [...records], isClosed: options.isClosed ?? false }),
    write: (id: string, record: string) => void shard(id).records.push(record),
    close: (id: string) => {
      shard(id).isClosed = true;
    },
    failNextRead: (error: Error) => {
      failure = error;
    },
    failNextDescribe: (error: Error) => {
      describeFailure = error;
    },
    reader: (startAt: 'TRIM_HORIZON' | 'LATEST') =>
      createStreamReader({ client: { send } as unknown as DynamoDBStreamsClient, streamArn: 'arn', startAt }),
  };
};
