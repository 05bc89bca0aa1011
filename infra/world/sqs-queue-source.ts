/** A queue as Lambda's event source mapping reads it: by long polling, over SQS's own protocol. */
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import type { QueueSource } from './queue-trigger.ts';

export interface SqsQueueSourceOptions {
  readonly client: Pick<SQSClient, 'send'>;
  readonly region: string;
  readonly queueUrl: string;
  /** Below the client's patience with one request. */
  readonly waitSeconds?: number;
}

const waitSecondsDefault = 5;
const messagesMax = 10;

export const createSqsQueueSource = ({
  client,
  region,
  queueUrl,
  waitSeconds = waitSecondsDefault,
}: SqsQueueSourceOptions): QueueSource => ({
  receive: async () => {
    const { Messages: messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: messagesMax,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
      }),
    );
    return messages.map((message) => toRecord(message, { region, queueUrl }));
  },
  remove: async (records) => {
    const entries = records.map(({ receiptHandle }, i) => ({ Id: String(i), ReceiptHandle: receiptHandle }));
    const command = new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries });
    const { Failed: failed = [] } = await client.send(command);
    if (failed.length > 0) throw new Error(`${failed.length} messages of ${queueUrl} were not removed`);
  },
});

const toRecord = (
  { MessageId = '', ReceiptHandle = '', Body = '', MD5OfBody = '', Attributes = {} }: Message,
  { region, queueUrl }: Pick<SqsQueueSourceOptions, 'region' | 'queueUrl'>,
): SQSRecord => {
  const { SentTimestamp = '0', SenderId = '', ApproximateReceiveCount = '1' } = Attributes;
  const { ApproximateFirstReceiveTimestamp = SentTimestamp } = Attributes;
  const [name = '', account = ''] = queueUrl.split('/').reverse();
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: { ApproximateReceiveCount, SentTimestamp, SenderId, ApproximateFirstReceiveTimestamp },
    messageAttributes: {},
    md5OfBody: MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:${region}:${account}:${name}`,
    awsRegion: region,
  };
};
