/**
 * What Lambda sends to the on-failure destination of a stream's event source mapping when it gives up on records: where
 * they lie in the stream and how often it tried, never the records themselves. Source: AWS Lambda guide, "Retain
 * discarded records for a DynamoDB event source".
 */
import type { Context, DynamoDBRecord } from 'aws-lambda';

export interface FailedBatch {
  /** Of one shard, at least one. */
  readonly records: readonly DynamoDBRecord[];
  readonly streamArn: string;
  readonly shardIdOf: (record: DynamoDBRecord) => string;
  /** Of the last delivery. */
  readonly context: Pick<Context, 'awsRequestId' | 'invokedFunctionArn' | 'functionVersion'>;
  readonly hasThrown: boolean;
  readonly deliveries: number;
}

/** As JSON text. */
export const onFailureRecord = ({
  records,
  streamArn,
  shardIdOf,
  context,
  hasThrown,
  deliveries,
}: FailedBatch): string => {
  const [first] = records;
  const last = records.at(-1);
  return JSON.stringify({
    requestContext: {
      requestId: context.awsRequestId,
      functionArn: `${context.invokedFunctionArn}:${context.functionVersion}`,
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: deliveries,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: context.functionVersion,
      ...(hasThrown ? { functionError: 'Unhandled' } : {}),
    },
    version: '1.0',
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId: first && shardIdOf(first),
      startSequenceNumber: first?.dynamodb?.SequenceNumber,
      endSequenceNumber: last?.dynamodb?.SequenceNumber,
      approximateArrivalOfFirstRecord: arrivalOf(first),
      approximateArrivalOfLastRecord: arrivalOf(last),
      batchSize: records.length,
      streamArn,
    },
  });
};

/** Lambda has it in seconds. A record that does not say it arrived now, for all anybody knows. */
const arrivalOf = (record: DynamoDBRecord | undefined): string => {
  const seconds = record?.dynamodb?.ApproximateCreationDateTime;
  return (seconds === undefined ? new Date() : new Date(seconds * 1000)).toISOString();
};
