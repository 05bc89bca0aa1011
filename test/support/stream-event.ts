/** A DynamoDB stream event that rings for entries, as the ledger table's stream would. */
import type { AttributeValue, Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Entry } from '../../domain/ledger/entry.ts';
import { toItem } from '../../infra/dynamodb/entry-codec.ts';
import { createLambdaContext } from '../../infra/world/lambda-context.ts';

export const ring = (entries: readonly Pick<Entry, 'stream' | 'position'>[]): DynamoDBStreamEvent => ({
  Records: entries.map(({ stream, position }, i) => ringOnce(stream, position, i + 1)),
});

export const ringOnce = (stream: string, position: string, sequence: number): DynamoDBRecord => ({
  eventName: 'INSERT',
  eventSource: 'aws:dynamodb',
  dynamodb: { Keys: { stream: { S: stream }, position: { S: position } }, SequenceNumber: String(sequence) },
});

export type ItemImage = Record<string, AttributeValue>;

/** The item of an entry, with whatever somebody wrote over it. */
export const imageOf = (entry: Entry, forged: ItemImage = {}): ItemImage => ({
  ...Object.fromEntries(Object.entries(toItem(entry)).map(([name, text]) => [name, { S: text }])),
  ...forged,
});

export interface RecordedChange {
  readonly before?: ItemImage;
  readonly after?: ItemImage;
  readonly sequence?: number;
  readonly createdAtMs?: number;
}

/** With both images, as the ledger's stream has them: an insertion, a change or a removal by which of them there are. */
export const changeOf = ({ before, after, sequence = 1, createdAtMs }: RecordedChange): DynamoDBRecord => {
  const { stream, position } = { ...before, ...after };
  const removedOrChanged = after ? 'MODIFY' : 'REMOVE';
  return {
    eventName: before ? removedOrChanged : 'INSERT',
    eventSource: 'aws:dynamodb',
    dynamodb: {
      Keys: { stream, position } as ItemImage,
      ...(before && { OldImage: before }),
      ...(after && { NewImage: after }),
      ...(createdAtMs !== undefined && { ApproximateCreationDateTime: createdAtMs / 1000 }),
      SequenceNumber: String(sequence),
    },
  };
};

export const failedSequences = ({ batchItemFailures }: DynamoDBBatchResponse): readonly string[] =>
  batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

export const lambdaContext = (): Context =>
  createLambdaContext({ functionName: 'projector', region: 'us-east-1', timeoutMs: 60_000 });
