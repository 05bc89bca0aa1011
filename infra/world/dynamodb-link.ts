/**
 * A replication link between two DynamoDB tables: what the global tables service does, which DynamoDB Local refuses.
 *
 * It works on raw items and knows a table only by its keys, the attribute that names the region of the last write and
 * the attribute that says of mutable items when that was. Items without it are insert-only and put where nothing stands;
 * mutable ones also where something older stands, whole. Either way applying a change twice, or late, changes nothing.
 */
import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DescribeTableCommand,
  PutItemCommand,
  type PutItemCommandInput,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { _Record, DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createStreamReader } from './dynamodb-stream-reader.ts';
import { type ReplicationLink, type ReplicationLinkOptions, startReplicationLink } from './replication-link.ts';

export interface ReplicatedTable {
  readonly tableName: string;
  /** Names the region that wrote the item last. */
  readonly regionAttribute: string;
  /** When that was, as a number that grows. Items that lack it are insert-only. */
  readonly lwwAttribute: string;
  /** Of an item that waits to cross; all of them when left out. */
  readonly isBacklog?: (item: Item) => boolean;
}

export interface TableClients {
  readonly documentClient: DynamoDBDocumentClient;
  readonly streamsClient: DynamoDBStreamsClient;
}

export type LinkSettings = Omit<ReplicationLinkOptions<Item>, 'read' | 'isOwn' | 'keyOf' | 'isBacklog' | 'apply'>;

export type Item = Record<string, AttributeValue>;

export interface DynamoDbLinkOptions {
  readonly source: TableClients;
  readonly target: TableClients;
  readonly table: ReplicatedTable;
  readonly settings: LinkSettings;
}

/** Once this resolves, no write to the source goes unseen. */
export const startDynamoDbLink = async (options: DynamoDbLinkOptions): Promise<ReplicationLink> => {
  const { source, target, table, settings } = options;
  const { streamArn, keyNames } = await describeTable(source, table.tableName);
  const reader = createStreamReader({ client: source.streamsClient, streamArn, startAt: 'LATEST' });
  await reader.open();
  const isOwn = (item: Item): boolean => item[table.regionAttribute]?.S === settings.from;
  const keyOfMutable = (item: Item) => (item[table.lwwAttribute] ? keyText(item, keyNames) : undefined);
  const readMissing = createMissingReader({ source, target, table, keyNames });

  // What a stream forgets after 24 hours must still cross when a world that stood still for longer starts again.
  const read = async (): Promise<readonly Item[]> =>
    (await readMissing()) ?? (await reader.read()).flatMap(recordToItem);

  const apply = async (item: Item): Promise<void> => {
    try {
      await target.documentClient.send(
        new PutItemCommand({ TableName: table.tableName, Item: item, ...conditionOf(table, keyNames, item) }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };

  const { isBacklog = () => true } = table;
  return startReplicationLink<Item>({ ...settings, read, isOwn, keyOf: keyOfMutable, isBacklog, apply });
};

type Condition = Pick<
  PutItemCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

const conditionOf = (table: ReplicatedTable, keyNames: readonly string[], item: Item): Condition => {
  const nothingStands = 'attribute_not_exists(#key)';
  const names = { '#key': keyNames[0] ?? '' };
  const { lwwAttribute, regionAttribute } = table;
  const time = item[lwwAttribute];
  const region = item[regionAttribute];
  if (!time || !region) return { ConditionExpression: nothingStands, ExpressionAttributeNames: names };
  // Equal times are decided by the region's name, so that both sides choose the same.
  const olderStands = '#time < :time OR (#time = :time AND #region < :region)';
  return {
    ConditionExpression: `${nothingStands} OR ${olderStands}`,
    ExpressionAttributeNames: { ...names, '#time': lwwAttribute, '#region': regionAttribute },
    ExpressionAttributeValues: { ':time': time, ':region': region },
  };
};

/** Removals do not cross: nothing in the world removes an item. */
const recordToItem = ({ dynamodb }: _Record): readonly Item[] =>
  dynamodb?.NewImage ? [dynamodb.NewImage as Item] : [];

interface MissingOptions {
  readonly source: TableClients;
  readonly target: TableClients;
  readonly table: ReplicatedTable;
  readonly keyNames: readonly string[];
}

/**
 * Page by page, the source's items that the target lacks, and all that are mutable: it may have older ones. Undefined once
 * there are no more. A page that could not be looked at is the next one still.
 */
const createMissingReader = ({ source, target, table, keyNames }: MissingOptions) => {
  let startKey: Item | undefined;
  let isAtEnd = false;
  return async (): Promise<readonly Item[] | undefined> => {
    while (!isAtEnd) {
      const { Items: items = [], LastEvaluatedKey: next } = await source.documentClient.send(
        new ScanCommand({ TableName: table.tableName, ConsistentRead: true, ExclusiveStartKey: startKey }),
      );
      const insertOnly = items.filter((item) => !item[table.lwwAttribute]);
      const standing = await standingKeys(target, table.tableName, keyNames, insertOnly);
      startKey = next;
      isAtEnd = next === undefined;
      const missing = items.filter((item) => !standing.has(keyText(item, keyNames)));
      if (missing.length > 0) return missing;
    }
    return undefined;
  };
};

const batchKeysMax = 100;

/** Keys that DynamoDB leaves unprocessed count as missing: they are then put once more, under the condition. */
const standingKeys = async (
  { documentClient }: TableClients,
  tableName: string,
  keyNames: readonly string[],
  items: readonly Item[],
): Promise<ReadonlySet<string>> => {
  const standing = new Set<string>();
  const names = Object.fromEntries(keyNames.map((name, i) => [`#key${i}`, name]));
  for (let start = 0; start < items.length; start += batchKeysMax) {
    const keys = items.slice(start, start + batchKeysMax).map((item) => keyOf(item, keyNames));
    const request = {
      Keys: keys,
      ConsistentRead: true,
      ProjectionExpression: Object.keys(names).join(', '),
      ExpressionAttributeNames: names,
    };
    const { Responses: found = {} } = await documentClient.send(
      new BatchGetItemCommand({ RequestItems: { [tableName]: request } }),
    );
    for (const item of found[tableName] ?? []) standing.add(keyText(item, keyNames));
  }
  return standing;
};

const keyOf = (item: Item, keyNames: readonly string[]): Item =>
  Object.fromEntries(keyNames.flatMap((name) => (item[name] ? [[name, item[name]]] : [])));

const keyText = (item: Item, keyNames: readonly string[]): string => JSON.stringify(keyNames.map((name) => item[name]));

const describeTable = async ({ documentClient }: TableClients, tableName: string) => {
  const { Table: table } = await documentClient.send(new DescribeTableCommand({ TableName: tableName }));
  if (!table?.LatestStreamArn) throw new Error(`table ${tableName} has no stream`);
  const keyNames = (table.KeySchema ?? []).flatMap(({ AttributeName: name }) => (name === undefined ? [] : [name]));
  return { streamArn: table.LatestStreamArn, keyNames };
};
