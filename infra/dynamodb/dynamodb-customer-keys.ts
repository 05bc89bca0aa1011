/**
 * Wrapped customers' keys in the ledger table, which carries them to the other regions as it carries entries.
 *
 * An item is no entry: its partition key begins with `customer-key/`, its sort key is the region that made it with its
 * number there, and it has neither shard nor id, so it stands in no index. The key of the item is the lock, as in the
 * ledger: of the writers that would make a region's key of that number one does, and the others find it.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Consistency, formatPosition, parsePosition } from '../../domain/ledger/position.ts';
import type { Random, Sleep } from '../../domain/ports/clock.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import type { CustomerKeyStore, WrappedKey } from '../personal-data/customer-keys.ts';
import { positionIsFree } from './append-conditions.ts';
import { type FlatItem, toFlatItem } from './flat-item.ts';
import { createRequestRetry } from './request-retry.ts';

export interface DynamoDbCustomerKeysDeps {
  /** From createDocumentClient: its SDK retries are off. */
  readonly documentClient: DynamoDBDocumentClient;
  /** The ledger's. */
  readonly tableName: string;
  /** Of that table, `eventual` when left out. Without a quorum of a strong one a reader still has the keys that are here. */
  readonly consistency?: Consistency;
  readonly sleep: Sleep;
  readonly random: Random;
}

export const createDynamoDbCustomerKeys = (deps: DynamoDbCustomerKeysDeps): CustomerKeyStore => {
  const { documentClient, tableName, consistency = 'eventual' } = deps;
  const retry = createRequestRetry(deps);

  // One page: a customer has as many as there are regions, and a few more where keys were lost.
  const query = async (partition: string, isStrong: boolean): Promise<readonly WrappedKey[]> => {
    const { Items: items = [] } = await retry(`load keys ${partition}`, () =>
      documentClient.send(
        new QueryCommand({
          TableName: tableName,
          ConsistentRead: isStrong,
          KeyConditionExpression: '#stream = :partition',
          ExpressionAttributeNames: { '#stream': 'stream' },
          ExpressionAttributeValues: { ':partition': partition },
        }),
      ),
    );
    return items.map((item) => itemToKey(partition, item));
  };

  return {
    list: async (partition) => {
      try {
        return await query(partition, true);
      } catch (error) {
        if (consistency === 'eventual' || !(error instanceof LedgerFault) || !error.retryable) throw error;
        return query(partition, false);
      }
    },
    // Repeated after a lost answer it meets itself, which is as good as a first time.
    put: (partition, { number, ...key }) =>
      retry(`put key ${partition}`, async () => {
        try {
          await documentClient.send(
            new PutCommand({
              TableName: tableName,
              Item: { stream: partition, position: formatPosition({ writer: key.region, seq: number }), ...key },
              ...positionIsFree,
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            }),
          );
          return { number, ...key };
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
          return itemToKey(partition, toFlatItem(error.Item));
        }
      }),
  };
};

const itemToKey = (partition: string, { position, region, keyId, wrapped }: FlatItem): WrappedKey => {
  const number = parsePosition(String(position))?.seq;
  if (number === undefined || typeof region !== 'string' || typeof keyId !== 'string' || typeof wrapped !== 'string')
    throw new LedgerFault('unavailable', `an item of ${partition} is no key`);
  return { region, number, keyId, wrapped };
};
