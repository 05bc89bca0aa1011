import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import { parseLetter } from '../../../infra/sqs/dead-letter-text.ts';
import type { PollLoop } from '../../../infra/world/poll-loop.ts';
import { deliveriesMax, startStreamTrigger } from '../../../infra/world/stream-trigger.ts';
import { ringOnce } from '../../support/stream-event.ts';

describe('stream trigger', () => {
  it('delivers every record once when nothing fails', async () => {
    const host = startHost(() => []);
    host.write(1, 2, 3);

    await host.trigger.caughtUp();

    expect(host.delivered).toEqual([['1', '2', '3']]);
  });

  it('delivers again from the lowest failed record', async () => {
    const host = startHost((_, delivery) => (delivery === 1 ? ['4', '2'] : []));
    host.write(1, 2, 3, 4);

    await host.trigger.caughtUp();

    expect(host.delivered).toEqual([
      ['1', '2', '3', '4'],
      ['2', '3', '4'],
    ]);
  });

  it('delivers all of it again, in halves, when the handler throws', async () => {
    const host = startHost((_, delivery) => {
      if (delivery === 1) throw new Error('out of memory');
      return [];
    });
    host.write(1, 2);

    await host.trigger.caughtUp();

    expect(host.delivered).toEqual([['1', '2'], ['1'], ['2']]);
    expect(host.faults).toHaveLength(1);
  });

  it('gives up a record that fails for good, says where it lies, and goes on behind it', async () => {
    const host = startHost((batch) => batch.filter((sequence) => sequence === '2'));
    host.write(1, 2, 3);

    await host.trigger.caughtUp();

    expect(host.delivered.at(-1)).toEqual(['3']);
    expect(host.delivered.filter((batch) => batch[0] === '2' && batch.length === 1)).toHaveLength(deliveriesMax);
    expect(host.failed.map(parseLetter)).toEqual([
      {
        kind: 'shard-range',
        reason: `RetryAttemptsExhausted, after ${deliveriesMax} tries`,
        streamArn: 'arn:stream',
        shardId: 'shard-of-2',
        firstSequenceNumber: '2',
        lastSequenceNumber: '2',
        firstArrivedAtMs: 2_000,
        lastArrivedAtMs: 2_000,
        records: 1,
        atMs: expect.any(Number),
      },
    ]);
    expect(String(host.faults)).toContain('order/acme/2');
  });

  it('finds the record that makes the handler throw, and gives up no other', async () => {
    const host = startHost((batch) => {
      if (batch.includes('37')) throw new Error('a bug');
      return [];
    });
    host.write(...Array.from({ length: 100 }, (_, i) => i));

    await host.trigger.caughtUp();

    expect(host.failed.map(parseLetter)).toMatchObject([
      {
        reason: `RetryAttemptsExhausted, after ${deliveriesMax} tries, Unhandled`,
        firstSequenceNumber: '37',
        records: 1,
      },
    ]);
    const succeeded = new Set(host.delivered.filter((batch) => !batch.includes('37')).flat());
    expect(succeeded.size).toBe(99);
    expect(host.delivered.length).toBeLessThan(deliveriesMax + 60);
  });

  it('keeps a record that it gave up on until somebody has taken word of it', async () => {
    const host = startHost((batch) => batch.filter((sequence) => sequence === '1'));
    host.refusals = 3;
    host.write(1, 2);

    await host.trigger.caughtUp();

    expect(host.failed).toHaveLength(1);
    expect(host.delivered.at(-1)).toEqual(['2']);
  });

  it('delivers at most 1,000 records at a time, in order', async () => {
    const host = startHost(() => []);
    host.write(...Array.from({ length: 2_500 }, (_, i) => i));

    await host.trigger.caughtUp();

    expect(host.delivered.map((batch) => batch.length)).toEqual([1_000, 1_000, 500]);
    expect(host.delivered.flat()).toEqual(Array.from({ length: 2_500 }, (_, i) => String(i)));
  });

  it('stands still while its region is out', async () => {
    const host = startHost(() => []);
    host.isOut = true;
    host.write(1);
    for (let round = 0; round < 10; round++) await new Promise(setImmediate);
    expect(host.delivered).toEqual([]);

    host.isOut = false;
    await host.trigger.caughtUp();
    expect(host.delivered).toEqual([['1']]);
  });

  it('passes over what its filter does not let through, and wakes nobody for it', async () => {
    const host = startHost((_, delivery) => (delivery === 1 ? ['4'] : []));
    host.filteredOut = ['1', '3', '5'];
    host.write(1, 2, 3, 4, 5);
    await host.trigger.caughtUp();
    expect(host.delivered).toEqual([['2', '4'], ['4']]);

    host.write(...Array.from({ length: 3_000 }, () => 1));
    await host.trigger.caughtUp();
    expect(host.delivered).toHaveLength(2);
  });

  it('is not caught up before it has read past all that its filter does not let through', async () => {
    const host = startHost(() => []);
    host.filteredOut = ['1'];
    host.pageRecordsMax = 10;
    host.write(...Array.from({ length: 35 }, () => 1), 2);

    await host.trigger.caughtUp();

    expect(host.delivered).toEqual([['2']]);
  });

  it('catches up while records come for ever', async () => {
    const host = startHost(() => []);
    host.filteredOut = ['1'];
    host.onPause = (pauses) => pauses % 3 === 0 && host.write(1);
    host.write(2);

    await host.trigger.caughtUp();

    expect(host.delivered).toEqual([['2']]);
  });
});

let trigger: PollLoop | undefined;
afterEach(() => trigger?.stop());

/** `failing` says which sequence numbers of a batch fail; deliveries count from 1. */
const startHost = (failing: (batch: readonly string[], delivery: number) => readonly string[]) => {
  const stream: DynamoDBRecord[] = [];
  let pauses = 0;
  const host = {
    isOut: false,
    filteredOut: [] as readonly string[],
    pageRecordsMax: 10_000,
    /** What happens between two rounds, which are counted from 1. */
    onPause: (_: number): unknown => undefined,
    delivered: [] as (readonly string[])[],
    faults: [] as unknown[],
    /** What went to the on-failure destination, and how often that will not take it. */
    failed: [] as string[],
    refusals: 0,
    write: (...sequences: readonly number[]) =>
      void stream.push(...sequences.map((it) => arrived(ringOnce(`order/acme/${it}`, 'us-east-1/0000000001', it), it))),
  };
  trigger = startStreamTrigger({
    read: async () => stream.splice(0, host.pageRecordsMax),
    filter: (record) => !host.filteredOut.includes(record.dynamodb?.SequenceNumber ?? ''),
    handler: async ({ Records: records }): Promise<DynamoDBBatchResponse> => {
      const batch = records.map((record) => record.dynamodb?.SequenceNumber ?? '');
      host.delivered.push(batch);
      const failed = failing(batch, host.delivered.length);
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
    },
    functionName: 'projector',
    region: 'us-east-1',
    streamArn: 'arn:stream',
    shardIdOf: (record) => `shard-of-${record.dynamodb?.SequenceNumber}`,
    onFailure: async (record) => {
      if (host.refusals-- > 0) throw new Error('the queue is out');
      host.failed.push(record);
    },
    isPaused: () => host.isOut,
    sleep: () => {
      host.onPause(++pauses);
      return new Promise(setImmediate);
    },
    onFault: (fault) => host.faults.push(fault),
  });
  return Object.assign(host, { trigger });
};

const arrived = (record: DynamoDBRecord, seconds: number): DynamoDBRecord => ({
  ...record,
  dynamodb: { ...record.dynamodb, ApproximateCreationDateTime: seconds },
});
