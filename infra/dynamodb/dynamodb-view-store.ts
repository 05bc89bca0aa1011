/**
 * Read-model rows in DynamoDB: one item a row, in one table for all generations.
 *
 * A writer never waits for a lock: it puts the row on condition that the one it read still stands. Totals are kept as
 * differences in the same transaction (view-replacements.ts), lists as sparse indexes of keys (view-lists.ts).
 */
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { invariant } from '../../domain/kernel/invariant.ts';
import type { Random, Sleep } from '../../domain/ports/clock.ts';
import type { OpenViews, Totals, ViewStore } from '../../domain/ports/view-store.ts';
import { type BatchRequests, createBatchRequests } from './batch-requests.ts';
import { createInTurn, eachOf, type InTurn } from './bounded-work.ts';
import { scanParts, totalsShardsDefault, totalsShardsMax } from './dynamodb-limits.ts';
import { toFlatItem } from './flat-item.ts';
import { createRequestRetry, type RequestRetry } from './request-retry.ts';
import { itemToView } from './view-item.ts';
import { assertKeyName, type ItemKey, rowView, tenantOfTotals, totalsKey, totalsView } from './view-keys.ts';
import { createListPages } from './view-lists.ts';
import { createReplaceAll } from './view-replacements.ts';
import { createViewScan, type ViewScan } from './view-scan.ts';
import { itemToTotals, sumTotals } from './view-totals.ts';

export interface DynamoDbViewsDeps {
  /** From createDocumentClient: its SDK retries are off. */
  readonly documentClient: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly sleep: Sleep;
  readonly random: Random;
  /** Items of one tenant's totals. Only ever grows. */
  readonly totalsShards?: number;
}

export const createDynamoDbViews = <Row>(deps: DynamoDbViewsDeps): OpenViews<Row> => {
  const { totalsShards = totalsShardsDefault } = deps;
  invariant(
    Number.isInteger(totalsShards) && totalsShards >= 1 && totalsShards <= totalsShardsMax,
    `totals have 1 to ${totalsShardsMax} shards`,
  );
  const retry = createRequestRetry(deps);
  const shared = { ...deps, totalsShards, retry, inTurn: createInTurn() };
  const tools = { ...shared, batches: createBatchRequests<ItemKey>(shared), scan: createViewScan(shared) };
  return (generation) => createDynamoDbViewStore(generation, tools);
};

interface ViewStoreTools {
  readonly documentClient: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly totalsShards: number;
  readonly retry: RequestRetry;
  readonly inTurn: InTurn;
  readonly batches: BatchRequests<ItemKey>;
  readonly scan: ViewScan;
}

const createDynamoDbViewStore = <Row>(generation: string, tools: ViewStoreTools): ViewStore<Row> => {
  assertKeyName(generation);
  const { documentClient, tableName, totalsShards, retry, batches, scan } = tools;
  const view = rowView(generation);
  const replaceAll = createReplaceAll({ ...tools, generation });

  const replace: ViewStore<Row>['replace'] = async (replacement) => {
    const [replaced] = await replaceAll([replacement]);
    invariant(replaced, 'one row, one answer');
    return replaced;
  };

  const get: ViewStore<Row>['get'] = async (stream) => {
    const { Item } = await retry(`get the row of ${stream}`, () =>
      documentClient.send(
        new GetItemCommand({
          TableName: tableName,
          Key: { stream: { S: stream }, view: { S: view } },
          ConsistentRead: true,
        }),
      ),
    );
    return Item && itemToView<Row>(toFlatItem(Item));
  };

  const getAll: ViewStore<Row>['getAll'] = async (streams) => {
    const items = await batches.getItems([...new Set(streams)].map((stream) => ({ stream, view })));
    return items.map((item) => itemToView<Row>(item));
  };

  const totals: ViewStore<Row>['totals'] = async (tenant) => {
    assertKeyName(tenant);
    const shards = Array.from({ length: totalsShards }, (_, shard) => totalsKey(generation, tenant, shard));
    return sumTotals((await batches.getItems(shards)).map(itemToTotals));
  };

  const all: ViewStore<Row>['all'] = async function* ({ part, parts } = { part: 0, parts: 1 }) {
    for await (const items of scan({ views: [view], part, parts }))
      for (const item of items) yield itemToView<Row>(item);
  };

  const allTotals: ViewStore<Row>['allTotals'] = async function* () {
    const shardsOf = new Map<string, Totals[]>();
    await eachOf(partsOf(scanParts), scanParts, async (part) => {
      for await (const items of scan({ views: [totalsView(generation)], ...part }))
        for (const item of items) {
          const tenant = tenantOfTotals(String(item['stream']));
          shardsOf.set(tenant, [...(shardsOf.get(tenant) ?? []), itemToTotals(item)]);
        }
    });
    for (const [tenant, shards] of shardsOf) yield { tenant, totals: sumTotals(shards) };
  };

  /** Whatever a clear that was cut short has left is what the next one finds. */
  const clear: ViewStore<Row>['clear'] = async (onProgress) => {
    let rows = 0;
    await eachOf(partsOf(scanParts), scanParts, async (part) => {
      for await (const items of scan({ views: [view, totalsView(generation)], keysOnly: true, ...part })) {
        await batches.deleteItems(
          items.map((item) => ({ stream: String(item['stream']), view: String(item['view']) })),
        );
        rows += items.filter((item) => item['view'] === view).length;
        onProgress?.(rows);
      }
    });
  };

  const list = createListPages<Row>({ ...tools, generation, getAll });
  return { replace, replaceAll, get, getAll, list, totals, all, allTotals, clear };
};

const partsOf = (parts: number): readonly { readonly part: number; readonly parts: number }[] =>
  Array.from({ length: parts }, (_, part) => ({ part, parts }));
