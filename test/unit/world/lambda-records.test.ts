import { describe, expect, it } from 'vitest';
import { readLambdaRecords } from '../../../infra/world/lambda-records.ts';

describe('records of a stream as Lambda has them', () => {
  it('say their stream, and when they were made in seconds', async () => {
    const { read } = readLambdaRecords(readerOf('1'), 'arn:stream');

    expect(await read()).toEqual([
      {
        eventID: 'event-1',
        eventName: 'INSERT',
        eventSource: 'aws:dynamodb',
        eventSourceARN: 'arn:stream',
        dynamodb: {
          ApproximateCreationDateTime: 1_794_000_000,
          Keys: { stream: { S: 'order/acme/1' } },
          SequenceNumber: '1',
        },
      },
    ]);
  });

  it('are known by their shard', async () => {
    const { read, shardIdOf } = readLambdaRecords(readerOf('1', '2'), 'arn:stream');

    expect((await read()).map(shardIdOf)).toEqual(['shard-1', 'shard-2']);
  });
});

const readerOf = (...sequences: readonly string[]) => {
  const shardIds = new Map<object, string>();
  return {
    read: async () =>
      sequences.map((sequence) => {
        const record = {
          eventID: `event-${sequence}`,
          eventName: 'INSERT' as const,
          eventSource: 'aws:dynamodb',
          dynamodb: {
            ApproximateCreationDateTime: new Date(1_794_000_000_000),
            Keys: { stream: { S: `order/acme/${sequence}` } },
            SequenceNumber: sequence,
          },
        };
        shardIds.set(record, `shard-${sequence}`);
        return record;
      }),
    shardIdOf: (record: object) => shardIds.get(record) ?? '',
  };
};
