/**
 * Lambda's event source mapping in the world: feeds a region's ledger stream to a handler, batch by batch.
 *
 * As on AWS a batch that fails in part is delivered again from the lowest failed record, so later records come twice; one
 * that fails as a whole is split, so that a bad record is found among good ones; and a record that fails for good does
 * not block its shard for ever: where it lies goes to the on-failure destination, in Lambda's own words, and the shard
 * goes on.
 */
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Sleep } from '../../domain/ports/clock.ts';
import { createLambdaContext } from './lambda-context.ts';
import { type FailedBatch, onFailureRecord } from './on-failure-record.ts';
import { type PollLoop, type Round, startPollLoop } from './poll-loop.ts';

export interface StreamTriggerOptions {
  readonly read: () => Promise<readonly DynamoDBRecord[]>;
  /** As a mapping's event filter: a record that it does not let through is passed over, and wakes nobody. */
  readonly filter?: (record: DynamoDBRecord) => boolean;
  readonly handler: (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse>;
  readonly functionName: string;
  readonly region: string;
  readonly streamArn: string;
  /** Of a record that was read. */
  readonly shardIdOf: (record: DynamoDBRecord) => string;
  /** Takes the JSON that Lambda would send. The record is given up once this resolves. */
  readonly onFailure: (record: string) => Promise<void>;
  /** While true nothing is read or delivered. */
  readonly isPaused: () => boolean;
  readonly sleep: Sleep;
  readonly onFault: (fault: unknown) => void;
}

const timeoutMs = 60_000;
const batchRecordsMax = 1_000;
/**
 * Of one record by itself; splitting a batch does not count, as on AWS. Over an hour: a table that is away for that long
 * costs nothing, and what cannot be projected at all is set aside by the projector itself.
 */
export const deliveriesMax = 1_000;
const retryPauseMsMax = 5_000;

export const startStreamTrigger = (options: StreamTriggerOptions): PollLoop => {
  const { read, filter = () => true, handler, functionName, region, isPaused, sleep, onFault, onFailure } = options;
  let waiting: readonly DynamoDBRecord[] = [];
  let batchRecords = batchRecordsMax;
  /** Deliveries of the first waiting record by itself. */
  let deliveries = 0;
  let doneTo = 0;

  const round = async (): Promise<Round> => {
    if (isPaused()) return { isBusy: false, readToEnd: undefined, doneTo };
    if (waiting.length === 0) {
      const records = await read();
      if (records.length === 0) return { isBusy: false, readToEnd: doneTo, doneTo };
      waiting = records.filter(filter);
    }
    const isBusy = waiting.length === 0 || (await deliverBatch(waiting.slice(0, batchRecords)));
    return { isBusy, readToEnd: undefined, doneTo };
  };

  /** False if some of it has to come again. */
  const deliverBatch = async (batch: readonly DynamoDBRecord[]): Promise<boolean> => {
    const delivery = await deliver(batch);
    if (delivery.lowestFailed === undefined) {
      advance(batch.length);
      return true;
    }
    if (delivery.lowestFailed > 0) advance(delivery.lowestFailed);
    else await bearFailure(batch, delivery);
    return false;
  };

  const advance = (records: number): void => {
    doneTo += records;
    waiting = waiting.slice(records);
    batchRecords = batchRecordsMax;
    deliveries = 0;
  };

  /** A handler that throws has done none of it, for all we know. */
  const deliver = async (batch: readonly DynamoDBRecord[]): Promise<Delivery> => {
    const context = createLambdaContext({ functionName, region, timeoutMs });
    try {
      const response = await handler({ Records: [...batch] }, context);
      return { context, hasThrown: false, lowestFailed: lowestFailed(batch, response) };
    } catch (fault) {
      onFault(fault);
      return { context, hasThrown: true, lowestFailed: 0 };
    }
  };

  const bearFailure = async (batch: readonly DynamoDBRecord[], { context, hasThrown }: Delivery): Promise<void> => {
    if (batch.length > 1) batchRecords = Math.ceil(batch.length / 2);
    else deliveries++;
    if (deliveries < deliveriesMax) return sleep(Math.min(retryPauseMsMax, 25 * 2 ** deliveries));
    await giveUp({ ...options, records: batch, context, hasThrown, deliveries });
  };

  const giveUp = async (failed: FailedBatch): Promise<void> => {
    await onFailure(onFailureRecord(failed));
    onFault(new Error(`gave up after ${failed.deliveries} deliveries: ${keysOf(failed.records)}`));
    advance(failed.records.length);
  };

  return startPollLoop({ round, sleep, onFault });
};

interface Delivery {
  readonly context: Context;
  readonly hasThrown: boolean;
  /** Index of the first record that has to come again. */
  readonly lowestFailed: number | undefined;
}

/** An identifier that is not in the batch means all of it. */
const lowestFailed = (batch: readonly DynamoDBRecord[], response: DynamoDBBatchResponse): number | undefined => {
  const indices = response.batchItemFailures.map(({ itemIdentifier }) =>
    Math.max(
      0,
      batch.findIndex((record) => record.dynamodb?.SequenceNumber === itemIdentifier),
    ),
  );
  return indices.length === 0 ? undefined : Math.min(...indices);
};

const keysOf = (records: readonly DynamoDBRecord[]): string =>
  records.map((record) => JSON.stringify(record.dynamodb?.Keys)).join(', ');
