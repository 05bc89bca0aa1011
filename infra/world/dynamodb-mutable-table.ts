/**
 * A table of mutable items on DynamoDB, written as careful applications do: read, change, write if nobody wrote between.
 *
 * Within a region nothing is ever lost that way. What global tables do to it across regions is what the world is there
 * to show.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ConditionalCheckFailedException, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../../domain/ports/clock.ts';
import { createRequestRetry } from '../dynamodb/request-retry.ts';
import type { MutableItem, MutableTable, MutableTableDefinition } from './world-types.ts';

export interface DynamoDbMutableTableOptions {
  readonly documentClient: DynamoDBDocumentClient;
  readonly definition: MutableTableDefinition;
  readonly region: string;
  readonly clock: Clock;
}

export const createDynamoDbMutableTable = (options: DynamoDbMutableTableOptions): MutableTable => {
  const { documentClient, definition, region, clock } = options;
  const { name: tableName, keyAttribute } = definition;
  const retryRead = createRequestRetry({ sleep: (ms) => sleep(ms), random: Math.random });

  const get: MutableTable['get'] = async (key) => {
    const answer = await retryRead(`get ${key} of ${tableName}`, () =>
      documentClient.send(new GetCommand({ TableName: tableName, Key: { [keyAttribute]: key }, ConsistentRead: true })),
    );
    return answer.Item;
  };

  const update: MutableTable['update'] = async (key, change) => {
    for (let tries = 1; tries <= triesMax; tries++) {
      const current = await get(key);
      const changed = change(current);
      if (changed === undefined) return current;
      const item = stampItem({ ...changed, [keyAttribute]: key }, { current, definition, region, clock });
      if (await putUnlessWritten(item, current)) return item;
      await sleep(tries);
    }
    throw new Error(`${tableName} ${key} is written faster than it can be read`);
  };

  const putUnlessWritten = async (item: MutableItem, current: MutableItem | undefined): Promise<boolean> => {
    try {
      await documentClient.send(
        new PutCommand({ TableName: tableName, Item: item, ...isStill(current, keyAttribute, definition) }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };

  const all: MutableTable['all'] = async function* () {
    let startKey: MutableItem | undefined;
    do {
      const answer = await retryRead(`scan ${tableName}`, () =>
        documentClient.send(
          new ScanCommand({ TableName: tableName, ConsistentRead: true, ExclusiveStartKey: startKey }),
        ),
      );
      yield* answer.Items ?? [];
      startKey = answer.LastEvaluatedKey;
    } while (startKey !== undefined);
  };

  return { get, update, all };
};

export const mutableTable = ({ name, keyAttribute }: MutableTableDefinition): CreateTableCommandInput => ({
  TableName: name,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: keyAttribute, AttributeType: 'S' }],
  KeySchema: [{ AttributeName: keyAttribute, KeyType: 'HASH' }],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
});

/** Where the region of the last write stands. */
export const regionAttributeOf = ({ lwwAttribute }: MutableTableDefinition): string => `${lwwAttribute}Region`;

export interface StampOptions {
  readonly current: MutableItem | undefined;
  readonly definition: MutableTableDefinition;
  readonly region: string;
  readonly clock: Clock;
}

/** The write time never goes back, whatever the clocks do: a write that follows another one wins over it everywhere. */
export const stampItem = (item: MutableItem, { current, definition, region, clock }: StampOptions): MutableItem => {
  const { lwwAttribute } = definition;
  const standingMs = Number(current?.[lwwAttribute] ?? 0);
  return {
    ...item,
    [lwwAttribute]: Math.max(clock.nowMs(), standingMs + 1),
    [regionAttributeOf(definition)]: region,
  };
};

const triesMax = 50;

const isStill = (current: MutableItem | undefined, keyAttribute: string, definition: MutableTableDefinition) =>
  current === undefined
    ? { ConditionExpression: 'attribute_not_exists(#key)', ExpressionAttributeNames: { '#key': keyAttribute } }
    : {
        ConditionExpression: '#time = :time AND #region = :region',
        ExpressionAttributeNames: { '#time': definition.lwwAttribute, '#region': regionAttributeOf(definition) },
        ExpressionAttributeValues: {
          ':time': current[definition.lwwAttribute],
          ':region': current[regionAttributeOf(definition)],
        },
      };
