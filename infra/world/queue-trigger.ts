/**
 * Lambda's event source mapping in the world, for queues: gives a queue's messages to a handler, batch by batch, and
 * removes those that it did not name as failed. The others come again when SQS shows them again, and the queue itself
 * lays aside what comes too often.
 */
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Sleep } from '../../domain/ports/clock.ts';
import { createLambdaContext } from './lambda-context.ts';

export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

export interface QueueSource {
  /** At most ten, as an event of Lambda has them; may wait for the first. */
  readonly receive: () => Promise<readonly SQSRecord[]>;
  readonly remove: (records: readonly SQSRecord[]) => Promise<void>;
}

export interface QueueTriggerOptions {
  readonly source: QueueSource;
  readonly handler: QueueHandler;
  readonly functionName: string;
  readonly region: string;
  /** While true nothing is received or delivered. */
  readonly isPaused: () => boolean;
  readonly sleep: Sleep;
  readonly onFault: (fault: unknown) => void;
}

export interface QueueTrigger {
  /** Resolves when the batch that is being handled is done. */
  readonly stop: () => Promise<void>;
}

/** Below the queues' visibility timeout, so that no message comes again while it is handled. */
const timeoutMs = 50_000;
const idlePauseMs = 50;
const pausedPauseMs = 200;
const faultPauseMs = 500;

export const startQueueTrigger = (options: QueueTriggerOptions): QueueTrigger => {
  const { source, handler, functionName, region, isPaused, sleep, onFault } = options;
  let isStopped = false;

  const whilePaused = async (): Promise<void> => {
    while (isPaused() && !isStopped) await sleep(pausedPauseMs);
  };

  const round = async (): Promise<void> => {
    const records = await source.receive();
    if (records.length === 0) return sleep(idlePauseMs);
    // The region may have gone meanwhile; what is held too long for that comes twice.
    await whilePaused();
    if (isStopped) return;
    const context = createLambdaContext({ functionName, region, timeoutMs });
    const { batchItemFailures } = await handler({ Records: [...records] }, context);
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    // An identifier that is not in the batch means all of it.
    const isReadable = [...failed].every((id) => records.some(({ messageId }) => messageId === id));
    const done = isReadable ? records.filter(({ messageId }) => !failed.has(messageId)) : [];
    if (done.length > 0) await source.remove(done);
  };

  const run = async (): Promise<void> => {
    while (!isStopped) {
      await whilePaused();
      if (isStopped) return;
      await round().catch(async (fault: unknown) => {
        if (!isPaused()) onFault(fault);
        await sleep(faultPauseMs);
      });
    }
  };

  const ended = run();
  return {
    stop: async () => {
      isStopped = true;
      await ended;
    },
  };
};
