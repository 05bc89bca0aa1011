/**
 * A queue in memory that behaves as SQS does towards a consumer: what was received is hidden for a while, comes again if
 * it was not removed, and is laid aside when that happened too often.
 */
import { randomUUID } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import type { Clock } from '../../domain/ports/clock.ts';
import type { QueueDefinition } from './queue-definitions.ts';
import type { QueueSource } from './queue-trigger.ts';

export interface InMemoryQueue extends QueueSource {
  readonly send: (body: unknown) => void;
}

export interface InMemoryQueueOptions {
  readonly definition: QueueDefinition;
  readonly region: string;
  readonly clock: Clock;
  /** Takes what the queue's dead-letter queue would. */
  readonly onDeadLetter: (body: string) => void;
}

const batchMax = 10;
const visibilityTimeoutSecondsDefault = 30;

export const createInMemoryQueue = (options: InMemoryQueueOptions): InMemoryQueue => {
  const { definition, region, clock, onDeadLetter } = options;
  const { visibilityTimeoutSeconds = visibilityTimeoutSecondsDefault, redrive } = definition;
  const messages = new Map<string, HiddenMessage>();

  const take = (message: HiddenMessage): SQSRecord => {
    message.receives++;
    message.visibleAtMs = clock.nowMs() + visibilityTimeoutSeconds * 1_000;
    message.receipt = randomUUID();
    return toRecord(message, { region, name: definition.name });
  };

  return {
    send: (body) => {
      const id = randomUUID();
      const sentAtMs = clock.nowMs();
      messages.set(id, { id, body: JSON.stringify(body), sentAtMs, visibleAtMs: sentAtMs, receives: 0, receipt: '' });
    },
    receive: async () => {
      const visible = [...messages.values()].filter(({ visibleAtMs }) => visibleAtMs <= clock.nowMs());
      const spent = visible.filter(({ receives }) => redrive !== undefined && receives >= redrive.receivesMax);
      for (const { id, body } of spent) {
        messages.delete(id);
        onDeadLetter(body);
      }
      return visible
        .filter((message) => !spent.includes(message))
        .slice(0, batchMax)
        .map(take);
    },
    remove: async (records) => {
      for (const { messageId, receiptHandle } of records)
        if (messages.get(messageId)?.receipt === receiptHandle) messages.delete(messageId);
    },
  };
};

interface HiddenMessage {
  readonly id: string;
  readonly body: string;
  readonly sentAtMs: number;
  visibleAtMs: number;
  receives: number;
  /** Of the last time that it was received: only this one removes it. */
  receipt: string;
}

const toRecord = (
  { id, body, sentAtMs, receives, receipt }: HiddenMessage,
  { region, name }: { readonly region: string; readonly name: string },
): SQSRecord => ({
  messageId: id,
  receiptHandle: receipt,
  body,
  attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: String(sentAtMs),
    SenderId: 'world',
    ApproximateFirstReceiveTimestamp: String(sentAtMs),
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:aws:sqs:${region}:000000000000:${name}`,
  awsRegion: region,
});
