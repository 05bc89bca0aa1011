/**
 * Heartbeats in the ledger table, which carries them to the other regions as it carries entries.
 *
 * They are its only items that are rewritten. The counter is the lock: of two runs of an agent that would send the same
 * beat one does, and a beat that comes late replaces nothing.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Random, Sleep } from '../../domain/ports/clock.ts';
import type { HeartbeatStore } from '../../domain/ports/heartbeat-store.ts';
import type { Beat } from '../../domain/write-plan/link-lag.ts';
import { positionIsFree } from './append-conditions.ts';
import { beatKey, beatToItem, readBeatBody } from './beat-codec.ts';
import { createRequestRetry } from './request-retry.ts';

export interface DynamoDbHeartbeatsDeps {
  /** From createDocumentClient: its SDK retries are off. */
  readonly documentClient: DynamoDBDocumentClient;
  /** The ledger's. */
  readonly tableName: string;
  readonly sleep: Sleep;
  readonly random: Random;
}

export const createDynamoDbHeartbeats = (deps: DynamoDbHeartbeatsDeps): HeartbeatStore => {
  const { documentClient, tableName } = deps;
  const retry = createRequestRetry(deps);

  const put: HeartbeatStore['put'] = async (beat) => {
    const item = beatToItem(beat);
    return retry(`put ${item.stream}`, async () => {
      try {
        await documentClient.send(new PutCommand({ TableName: tableName, Item: item, ...olderBeatStands(beat) }));
        return true;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return error.Item?.['body']?.S === item.body;
      }
    });
  };

  /** The body alone: a number that somebody else put beside it may be more than a client can read. */
  const get = async (region: string): Promise<Beat | undefined> => {
    const key = beatKey(region);
    const { Item: item } = await retry(`load ${key.stream}`, () =>
      documentClient.send(
        new GetCommand({
          TableName: tableName,
          Key: key,
          ConsistentRead: true,
          ProjectionExpression: '#body',
          ExpressionAttributeNames: { '#body': 'body' },
        }),
      ),
    );
    return readBeatBody(region, item?.['body']);
  };

  return {
    put,
    load: async (regions) => {
      const beats = await Promise.all([...new Set(regions)].map(get));
      return beats.filter((beat) => beat !== undefined);
    },
  };
};

const olderBeatStands = ({ counter }: Beat) =>
  ({
    ConditionExpression: `${positionIsFree.ConditionExpression} OR #counter < :counter`,
    ExpressionAttributeNames: { ...positionIsFree.ExpressionAttributeNames, '#counter': 'counter' },
    ExpressionAttributeValues: { ':counter': counter },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  }) as const;
