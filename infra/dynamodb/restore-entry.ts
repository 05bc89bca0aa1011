/**
 * Restores an item of the ledger: the only place that overwrites one.
 *
 * It reads and writes attributes as DynamoDB has them, not as the document client translates them: what somebody forged
 * may be of any type, and the condition must hold for exactly that. What is put is made from a verified entry, never
 * copied from an image, so a restore cannot store anything that would not read back.
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Sha256 } from '../../domain/ports/digest.ts';
import type { EntryRepair, StandingItem, VerifiedImage } from '../../domain/ports/entry-repair.ts';
import { positionIsFree } from './append-conditions.ts';
import type { DynamoDbEventStoreDeps } from './dynamodb-event-store.ts';
import { shardsPerRegionDefault } from './dynamodb-limits.ts';
import { entryToItem, type LedgerItem, readItems, type UnknownItem } from './entry-codec.ts';
import { assertShardsPerRegion, shardOf } from './ledger-keys.ts';
import { classifyFailure, createRequestRetry } from './request-retry.ts';

export const createDynamoDbEntryRepair = (deps: DynamoDbEventStoreDeps): EntryRepair => {
  const { documentClient, tableName, sha256, shardsPerRegion = shardsPerRegionDefault } = deps;
  assertShardsPerRegion(shardsPerRegion);
  const retry = createRequestRetry(deps);

  const look: EntryRepair['look'] = (stream, position) =>
    retry(`look at ${position} of ${stream}`, () => lookOnce(stream, position));

  const lookOnce = async (stream: string, position: string): Promise<StandingItem> => {
    const { Item: receipt } = await documentClient.send(
      new GetItemCommand({
        TableName: tableName,
        Key: { stream: { S: stream }, position: { S: position } },
        ConsistentRead: true,
      }),
    );
    if (!receipt) return { kind: 'missing', receipt };
    return { ...verifyImage(stream, receipt, sha256), receipt };
  };

  const restore: EntryRepair['restore'] = async (entry, over) => {
    const item = entryToItem(entry, sha256);
    const shard = shardOf({ ...item, shardsPerRegion }, sha256);
    return retry(`restore ${item.position} of ${item.stream}`, async () => {
      try {
        await documentClient.send(
          new PutItemCommand({ TableName: tableName, Item: toAttributes({ ...item, shard }), ...standsAsRead(over) }),
        );
        return 'restored';
      } catch (error) {
        const isLost = error instanceof ConditionalCheckFailedException;
        if (!isLost && classifyFailure(error) !== 'unknown') throw error;
        const standing = await lookOnce(item.stream, item.position);
        if (standing.kind === 'entry' && standing.entry.hash === item.hash) return 'restored';
        if (isLost) return 'changed';
        throw error;
      }
    });
  };

  return { look, restore, verify: (stream, image) => verifyImage(stream, image, sha256) };
};

/** Takes an image with DynamoDB's types, as a stream record has it, or without, as the document client reads it. */
export const verifyImage = (stream: string, image: unknown, sha256: Sha256): VerifiedImage => {
  if (typeof image !== 'object' || image === null) return { kind: 'damaged', reason: 'there is no image' };
  const { entries, damaged } = readItems(stream, [plainStrings(image as Readonly<Record<string, unknown>>)], sha256);
  const [entry] = entries;
  return entry ? { kind: 'entry', entry } : { kind: 'damaged', reason: damaged[0]?.reason ?? 'unreadable' };
};

const plainStrings = (image: Readonly<Record<string, unknown>>): UnknownItem =>
  Object.fromEntries(
    attributes.map((name) => {
      const value = image[name];
      return [name, typeof value === 'object' && value !== null ? (value as { S?: unknown }).S : value];
    }),
  );

/** All that an item of the ledger has. Whatever somebody added beside them does not survive a restore. */
const attributes = ['stream', 'position', 'shard', 'id', 'region', 'hash', 'body'] as const;

const toAttributes = (item: LedgerItem & { readonly shard: string }): Record<string, AttributeValue> =>
  Object.fromEntries(attributes.map((name) => [name, { S: item[name] }]));

type Condition = Pick<
  PutItemCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

const standsAsRead = ({ kind, receipt }: StandingItem): Condition => {
  if (kind === 'missing') return positionIsFree;
  const read = receipt as Readonly<Record<string, AttributeValue>>;
  const present = attributes.filter((name) => read[name] !== undefined);
  return {
    ConditionExpression: attributes
      .map((name) => (present.includes(name) ? `#${name} = :${name}` : `attribute_not_exists(#${name})`))
      .join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(present.map((name) => [`:${name}`, read[name] as AttributeValue])),
  };
};
