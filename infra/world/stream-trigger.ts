/**
 * Lambda's event source mapping in the world: feeds a region's ledger stream to a handler, batch by batch.
 *
 * As on AWS a batch that fails in part is delivered again from the lowest failed record, so later records come twice;
 * and a record that fails for good does not block its shard for ever: it is set aside, with its key, for a person.
 */
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Sleep } from '../../domain/ports/clock.ts';
import { createLambdaContext } from './lambda-context.ts';
import { type PollLoop, type Round, startPollLoop } from './poll-loop.ts';

export interface StreamTriggerOptions {
  readonly read: () => Promise<readonly DynamoDBRecord[]>;
  readonly handler: (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse>;
  readonly functionName: string;
  readonly region: string;
  /** While true nothing is read or delivered. */
  readonly isPaused: () => boolean;
  readonly sleep: Sleep;
  readonly onFault: (fault: unknown) => void;
}

const timeoutMs = 60_000;
const batchRecordsMax = 1_000;
const deliveriesMax = 20;
const retryPauseMsMax = 5_000;

export const startStreamTrigger = (options: StreamTriggerOptions): PollLoop => {
  const { read, handler, functionName, region, isPaused, sleep, onFault } = options;
  let waiting: readonly DynamoDBRecord[] = [];
  let failedDeliveries = 0;

  const round = async (): Promise<Round> => {
    if (isPaused()) return 'waiting';
    if (waiting.length === 0) waiting = await read();
    if (waiting.length === 0) return 'idle';
    const batch = waiting.slice(0, batchRecordsMax);
    const failed = lowestFailed(batch, await deliver(batch));
    if (failed === undefined) waiting = waiting.slice(batch.length);
    failedDeliveries = failed === 0 ? failedDeliveries + 1 : 0;
    if (failed === undefined) return 'busy';
    waiting = waiting.slice(failed);
    if (failedDeliveries >= deliveriesMax) setAside();
    else await sleep(Math.min(retryPauseMsMax, 25 * 2 ** failedDeliveries));
    return 'waiting';
  };

  /** A handler that throws has done none of it, for all we know. */
  const deliver = async (batch: readonly DynamoDBRecord[]): Promise<DynamoDBBatchResponse> => {
    try {
      return await handler({ Records: [...batch] }, createLambdaContext({ functionName, region, timeoutMs }));
    } catch (fault) {
      onFault(fault);
      return { batchItemFailures: [{ itemIdentifier: batch[0]?.dynamodb?.SequenceNumber ?? '' }] };
    }
  };

  const setAside = (): void => {
    const [poison] = waiting;
    waiting = waiting.slice(1);
    failedDeliveries = 0;
    onFault(new Error(`set aside after ${deliveriesMax} deliveries: ${JSON.stringify(poison?.dynamodb?.Keys)}`));
  };

  return startPollLoop({ round, sleep, onFault });
};

/** Index of the first record that has to come again; an identifier that is not in the batch means all of it. */
const lowestFailed = (batch: readonly DynamoDBRecord[], response: DynamoDBBatchResponse): number | undefined => {
  const indices = response.batchItemFailures.map(({ itemIdentifier }) =>
    Math.max(
      0,
      batch.findIndex((record) => record.dynamodb?.SequenceNumber === itemIdentifier),
    ),
  );
  return indices.length === 0 ? undefined : Math.min(...indices);
};
