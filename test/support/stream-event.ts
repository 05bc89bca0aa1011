/** A DynamoDB stream event that rings for entries, as the ledger table's stream would. */
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Entry } from '../../domain/ledger/entry.ts';
import { createLambdaContext } from '../../infra/world/lambda-context.ts';

export const ring = (entries: readonly Pick<Entry, 'stream' | 'position'>[]): DynamoDBStreamEvent => ({
  Records: entries.map(({ stream, position }, i) => ringOnce(stream, position, i + 1)),
});

export const ringOnce = (stream: string, position: string, sequence: number): DynamoDBRecord => ({
  eventName: 'INSERT',
  eventSource: 'aws:dynamodb',
  dynamodb: { Keys: { stream: { S: stream }, position: { S: position } }, SequenceNumber: String(sequence) },
});

export const failedSequences = ({ batchItemFailures }: DynamoDBBatchResponse): readonly string[] =>
  batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

export const lambdaContext = (): Context =>
  createLambdaContext({ functionName: 'projector', region: 'us-east-1', timeoutMs: 60_000 });
