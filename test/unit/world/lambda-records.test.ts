import { describe, expect, it } from 'vitest';
import { isNoHeartbeat, readLambdaRecords } from '../../../infra/world/lambda-records.ts';
import { ringOnce } from '../../support/stream-event.ts';

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

  it.each([
    ['order/acme/1', true],
    ['plan', true],
    ['customer-key/acme/1', true],
    ['order/heartbeat/1', true],
    ['heartbeat/us-east-1', false],
  ])('reach a function or not: %s %s', (stream, isWanted) => {
    expect(isNoHeartbeat(ringOnce(stream, 'us-east-1/0000000001', 1))).toBe(isWanted);
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
