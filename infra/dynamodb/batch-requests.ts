/**
 * Reads and deletes by many keys. DynamoDB may leave any part of a batch undone and call it a success; the rest is asked
 * for again, and a batch of which nothing is done counts as throttled.
 */
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { eachOf } from './bounded-work.ts';
import { batchDeletesMax, batchesAtATime, batchGetsMax } from './dynamodb-limits.ts';
import { type FlatItem, toFlatItem } from './flat-item.ts';
import type { RequestRetry } from './request-retry.ts';

/** The key of an item: texts by the names of their attributes. */
type TextKey<Key> = Readonly<Record<keyof Key, string>>;

export interface BatchRequests<Key extends TextKey<Key>> {
  /** Those that there are, in no order, strongly consistent. Keys are different ones. */
  readonly getItems: (keys: readonly Key[]) => Promise<readonly FlatItem[]>;
  readonly deleteItems: (keys: readonly Key[]) => Promise<void>;
}

export interface BatchRequestsDeps {
  readonly documentClient: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly retry: RequestRetry;
}

export const createBatchRequests = <Key extends TextKey<Key>>({
  documentClient,
  tableName,
  retry,
}: BatchRequestsDeps): BatchRequests<Key> => {
  const getItems: BatchRequests<Key>['getItems'] = async (keys) => {
    const found: FlatItem[] = [];
    await eachOf(chunksOf(keys, batchGetsMax), batchesAtATime, (chunk) =>
      untilProcessed(`get ${chunk.length} items`, chunk.map(toKey), async (left) => {
        const answer = await documentClient.send(
          new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: [...left], ConsistentRead: true } } }),
        );
        found.push(...(answer.Responses?.[tableName] ?? []).map(toFlatItem));
        return answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
      }),
    );
    return found;
  };

  const deleteItems: BatchRequests<Key>['deleteItems'] = (keys) =>
    eachOf(chunksOf(keys, batchDeletesMax), batchesAtATime, (chunk) =>
      untilProcessed(`delete ${chunk.length} items`, chunk.map(toDelete), async (left) => {
        const answer = await documentClient.send(
          new BatchWriteItemCommand({ RequestItems: { [tableName]: [...left] } }),
        );
        return answer.UnprocessedItems?.[tableName] ?? [];
      }),
    );

  const untilProcessed = async <Request>(
    label: string,
    requests: readonly Request[],
    send: (requests: readonly Request[]) => Promise<readonly Request[]>,
  ): Promise<void> => {
    let left = requests;
    while (left.length > 0) {
      const sent = left;
      left = await retry(label, async () => {
        const unprocessed = await send(sent);
        if (unprocessed.length >= sent.length) throw nothingProcessed();
        return unprocessed;
      });
    }
  };

  return { getItems, deleteItems };
};

const toKey = (key: object): Record<string, AttributeValue> =>
  Object.fromEntries(Object.entries(key).map(([name, text]) => [name, { S: String(text) }]));

const toDelete = (key: object): WriteRequest => ({ DeleteRequest: { Key: toKey(key) } });

/** By the name under which request-retry.ts knows what DynamoDB means by it. */
const nothingProcessed = (): Error =>
  Object.assign(new Error('nothing of the batch was processed'), { name: 'ThrottlingException' });

const chunksOf = <Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
