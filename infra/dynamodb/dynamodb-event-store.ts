/**
 * The ledger in DynamoDB: one conditional PutItem per command.
 *
 * The key (stream, position) is the optimistic lock, so there is no head item and no transaction. A put whose outcome
 * is unknown is settled by reading its key back: nothing is acknowledged before DynamoDB has it, and nothing that it
 * has is reported as lost. A condition that fails on our own earlier try is our success.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandOutput,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb';
import { invariant } from '../../domain/kernel/invariant.ts';
import type { Random, Sleep } from '../../domain/ports/clock.ts';
import type { Sha256 } from '../../domain/ports/digest.ts';
import type { AppendResult, EventStore } from '../../domain/ports/event-store.ts';
import { positionIsFree } from './append-conditions.ts';
import { createLedgerScan } from './dynamodb-ledger-scan.ts';
import { shardsPerRegionDefault } from './dynamodb-limits.ts';
import { entryToItem, type LedgerItem, readItems, type UnknownItem } from './entry-codec.ts';
import { assertShardsPerRegion, orderStreamPrefix, shardOf } from './ledger-keys.ts';
import { classifyFailure, createRequestRetry } from './request-retry.ts';

export interface DynamoDbEventStoreDeps {
  /** From createDocumentClient: with SDK retries on, the bounds of request-retry.ts would multiply. */
  readonly documentClient: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly sha256: Sha256;
  readonly sleep: Sleep;
  readonly random: Random;
  readonly shardsPerRegion?: number;
}

export const createDynamoDbEventStore = (deps: DynamoDbEventStoreDeps): EventStore => {
  const { documentClient, tableName, sha256, shardsPerRegion = shardsPerRegionDefault } = deps;
  assertShardsPerRegion(shardsPerRegion);
  const retry = createRequestRetry(deps);

  const append: EventStore['append'] = async (entry) => {
    const item = entryToItem(entry, sha256);
    return retry(`append ${item.position} to ${item.stream}`, async () => {
      try {
        await put(item);
        return { kind: 'appended' };
      } catch (error) {
        if (!isConditionFailed(error) && classifyFailure(error) !== 'unknown') throw error;
        const standing = standingEntry(error) ?? (await readBack(item));
        if (!standing) throw error;
        return judge(item, standing);
      }
    });
  };

  const put = (item: LedgerItem) =>
    documentClient.send(
      new PutCommand({
        TableName: tableName,
        Item: { ...item, shard: shardOf({ ...item, shardsPerRegion }, sha256) },
        ...positionIsFree,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );

  const readBack = async ({ stream, position }: LedgerItem): Promise<StandingEntry | undefined> => {
    const answer = await documentClient.send(
      new GetCommand({
        TableName: tableName,
        Key: { stream, position },
        ConsistentRead: true,
        ProjectionExpression: '#id, #hash',
        ExpressionAttributeNames: { '#id': 'id', '#hash': 'hash' },
      }),
    );
    return answer.Item && { id: answer.Item['id'], hash: answer.Item['hash'] };
  };

  const load: EventStore['load'] = async (stream) => {
    const items: UnknownItem[] = [];
    for await (const page of queryPages(stream, {})) items.push(...page);
    return readItems(stream, items, sha256);
  };

  const readPages: EventStore['readPages'] = async function* (stream, options = {}) {
    for await (const page of queryPages(stream, options)) yield readItems(stream, page, sha256);
  };

  /** Never an empty page, and with a `limit` none but the last is short: DynamoDB itself ends pages at 1 MB. */
  async function* queryPages(stream: string, { after, limit }: PageOptions): AsyncGenerator<readonly UnknownItem[]> {
    invariant(limit === undefined || (Number.isInteger(limit) && limit >= 1), 'a page has a limit of 1 or more');
    let last = after;
    let isMore = true;
    while (isMore) {
      const page: UnknownItem[] = [];
      do {
        const answer = await query({ stream, after: last, itemsMax: limit && limit - page.length });
        page.push(...(answer.Items ?? []));
        isMore = answer.LastEvaluatedKey !== undefined;
        last = answer.LastEvaluatedKey?.['position'];
      } while (isMore && limit !== undefined && page.length < limit);
      if (page.length > 0) yield page;
    }
  }

  const query = ({ stream, after, itemsMax }: QueryOptions): Promise<QueryCommandOutput> =>
    retry(`load ${stream}`, () =>
      documentClient.send(
        new QueryCommand({
          TableName: tableName,
          ConsistentRead: true,
          KeyConditionExpression: `#stream = :stream${after === undefined ? '' : ' AND #position > :after'}`,
          ExpressionAttributeNames: {
            '#stream': 'stream',
            ...(after === undefined ? {} : { '#position': 'position' }),
          },
          ExpressionAttributeValues: { ':stream': stream, ...(after === undefined ? {} : { ':after': after }) },
          Limit: itemsMax,
        }),
      ),
    );

  /** A Scan goes by the hash of the partition key, so a stream's items come together and one name of memory is enough. */
  const streams: EventStore['streams'] = async function* () {
    let lastStream: unknown;
    let startKey: Record<string, unknown> | undefined;
    do {
      const answer = await scanNames(startKey);
      for (const { stream } of answer.Items ?? []) {
        if (stream !== lastStream) yield stream;
        lastStream = stream;
      }
      startKey = answer.LastEvaluatedKey;
    } while (startKey !== undefined);
  };

  const scanNames = (startKey: Record<string, unknown> | undefined) =>
    retry('scan for streams', () =>
      documentClient.send(
        new ScanCommand({
          TableName: tableName,
          ConsistentRead: true,
          ExclusiveStartKey: startKey,
          ProjectionExpression: '#stream',
          FilterExpression: 'begins_with(#stream, :prefix)',
          ExpressionAttributeNames: { '#stream': 'stream' },
          ExpressionAttributeValues: { ':prefix': orderStreamPrefix },
        }),
      ),
    );

  return { append, load, readPages, streams, scan: createLedgerScan({ documentClient, tableName, sha256, retry }) };
};

interface PageOptions {
  readonly after?: string;
  readonly limit?: number;
}

interface QueryOptions {
  readonly stream: string;
  readonly after: string | undefined;
  readonly itemsMax: number | undefined;
}

/** What identifies the entry at a position. */
interface StandingEntry {
  readonly id: unknown;
  readonly hash: unknown;
}

const isConditionFailed = (error: unknown): error is ConditionalCheckFailedException =>
  error instanceof ConditionalCheckFailedException;

/** The document client leaves an error's item as DynamoDB wrote it. */
const standingEntry = (error: unknown): StandingEntry | undefined =>
  isConditionFailed(error) && error.Item ? { id: error.Item['id']?.S, hash: error.Item['hash']?.S } : undefined;

/** The hash is compared too: to acknowledge another content under our id would lose ours. */
const judge = (ours: LedgerItem, standing: StandingEntry): AppendResult =>
  standing.id === ours.id && standing.hash === ours.hash ? { kind: 'appended' } : { kind: 'position-taken' };
