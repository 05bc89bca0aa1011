/**
 * The ledger in DynamoDB: one conditional PutItem per command, one transaction for a command over several orders.
 *
 * The key (stream, position) is the optimistic lock, so there is no head item. append-items.ts settles what is unknown.
 */
import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandOutput, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { invariant } from '../../domain/kernel/invariant.ts';
import type { Random, Sleep } from '../../domain/ports/clock.ts';
import type { Sha256 } from '../../domain/ports/digest.ts';
import type { EventStore, ReadConsistency } from '../../domain/ports/event-store.ts';
import { createAppendItems } from './append-items.ts';
import { createLedgerScan } from './dynamodb-ledger-scan.ts';
import { shardsPerRegionDefault } from './dynamodb-limits.ts';
import { entryToItem, readItems, type UnknownItem } from './entry-codec.ts';
import { groupToItems } from './entry-group.ts';
import { assertShardsPerRegion, orderStreamPrefix } from './ledger-keys.ts';
import { createRequestRetry } from './request-retry.ts';

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
  const appendItems = createAppendItems({ documentClient, tableName, sha256, shardsPerRegion, retry });

  const append: EventStore['append'] = async (entry) =>
    appendItems(`append ${entry.position} to ${entry.stream}`, [entryToItem(entry, sha256)]);

  const appendAll: EventStore['appendAll'] = async (entries) =>
    appendItems(`append ${entries.length} entries of one command`, groupToItems(entries, sha256));

  const load: EventStore['load'] = async (stream, options = {}) => {
    const items: UnknownItem[] = [];
    for await (const page of queryPages(stream, options)) items.push(...page);
    return readItems(stream, items, sha256);
  };

  const readPages: EventStore['readPages'] = async function* (stream, options = {}) {
    for await (const page of queryPages(stream, options)) yield readItems(stream, page, sha256);
  };

  /** Never an empty page, and with a `limit` none but the last is short: DynamoDB itself ends pages at 1 MB. */
  async function* queryPages(stream: string, options: PageOptions): AsyncGenerator<readonly UnknownItem[]> {
    const { after, limit, consistency = 'strong' } = options;
    invariant(limit === undefined || (Number.isInteger(limit) && limit >= 1), 'a page has a limit of 1 or more');
    let last = after;
    let isMore = true;
    while (isMore) {
      const page: UnknownItem[] = [];
      do {
        const answer = await query({ stream, after: last, itemsMax: limit && limit - page.length, consistency });
        page.push(...(answer.Items ?? []));
        isMore = answer.LastEvaluatedKey !== undefined;
        last = answer.LastEvaluatedKey?.['position'];
      } while (isMore && limit !== undefined && page.length < limit);
      if (page.length > 0) yield page;
    }
  }

  const query = ({ stream, after, itemsMax, consistency }: QueryOptions): Promise<QueryCommandOutput> =>
    retry(`load ${stream}`, () =>
      documentClient.send(
        new QueryCommand({
          TableName: tableName,
          ConsistentRead: consistency === 'strong',
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

  return {
    append,
    appendAll,
    load,
    readPages,
    streams,
    scan: createLedgerScan({ documentClient, tableName, sha256, retry }),
  };
};

interface PageOptions extends ReadConsistency {
  readonly after?: string;
  readonly limit?: number;
}

interface QueryOptions extends Required<ReadConsistency> {
  readonly stream: string;
  readonly after: string | undefined;
  readonly itemsMax: number | undefined;
}
