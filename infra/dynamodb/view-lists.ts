/**
 * Pages of the lists, from indexes that hold keys alone.
 *
 * A list that takes many writes lies in several shards; a page merges them by place. The index follows the table within
 * moments, so every row is read from the table, and one that no longer stands where the index says is left out: it stands
 * elsewhere. A page reads on for those, but not for ever: then it is a short one, and says where the next begins.
 */
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { invariant } from '../../domain/kernel/invariant.ts';
import type { ListPage, ListQuery, StoredView } from '../../domain/ports/view-store.ts';
import { listRoundsMax } from './dynamodb-limits.ts';
import { type FlatItem, toFlatItem } from './flat-item.ts';
import type { RequestRetry } from './request-retry.ts';
import { isNewestFirst, listIndexes, listPartitions } from './view-keys.ts';

export interface ViewListsDeps<Row> {
  readonly documentClient: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly generation: string;
  readonly retry: RequestRetry;
  readonly getAll: (streams: readonly string[]) => Promise<readonly StoredView<Row>[]>;
}

export const createListPages = <Row>({ documentClient, tableName, generation, retry, getAll }: ViewListsDeps<Row>) => {
  const listPage = async (query: ListQuery): Promise<ListPage<Row>> => {
    invariant(Number.isInteger(query.limit) && query.limit >= 1, 'a page has a limit of 1 or more');
    const lanes = listPartitions(generation, query).map((partition) => startLane(partition, query));
    const views: StoredView<Row>[] = [];
    let last = query.after;
    for (let round = 0; round < listRoundsMax && views.length < query.limit; round++) {
      const spots = await takeNext(lanes, query, query.limit - views.length);
      if (spots.length === 0) break;
      views.push(...(await readSpots(spots, query)));
      last = spots.at(-1)?.place;
    }
    await fillEmpty(lanes, query);
    return { views, next: lanes.some(({ spots }) => spots.length > 0) ? last : undefined };
  };

  /** The first `count` places over all lanes. */
  const takeNext = async (lanes: readonly Lane[], query: ListQuery, count: number): Promise<readonly Spot[]> => {
    const taken: Spot[] = [];
    while (taken.length < count) {
      await fillEmpty(lanes, query);
      const lane = laneToTakeFrom(lanes, query);
      const spot = lane?.spots.shift();
      if (!spot) break;
      taken.push(spot);
    }
    return taken;
  };

  /** No lane may run dry while others are merged: its next place could be the first of all. */
  const fillEmpty = async (lanes: readonly Lane[], query: ListQuery): Promise<void> => {
    await Promise.all(lanes.filter(({ spots, isOver }) => spots.length === 0 && !isOver).map((it) => fill(it, query)));
  };

  const fill = async (lane: Lane, query: ListQuery): Promise<void> => {
    const { indexName, partitionKey, sortKey } = listIndexes[query.list];
    const beyond = lane.after === undefined ? '' : ` AND #place ${isNewestFirst(query) ? '<' : '>'} :after`;
    const answer = await retry(`list ${query.list}`, () =>
      documentClient.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: indexName,
          KeyConditionExpression: `#list = :list${beyond}`,
          ExpressionAttributeNames: { '#list': partitionKey, ...(beyond ? { '#place': sortKey } : {}) },
          ExpressionAttributeValues: {
            ':list': { S: lane.partition },
            ...(lane.after === undefined ? {} : { ':after': { S: lane.after } }),
          },
          ScanIndexForward: !isNewestFirst(query),
          Limit: lane.spotsPerQuery,
        }),
      ),
    );
    lane.spots.push(...(answer.Items ?? []).map((item) => toSpot(toFlatItem(item), sortKey)));
    lane.after = lane.spots.at(-1)?.place ?? lane.after;
    lane.isOver = answer.LastEvaluatedKey === undefined;
  };

  /** In the order of the spots. */
  const readSpots = async (spots: readonly Spot[], query: ListQuery): Promise<readonly StoredView<Row>[]> => {
    const rows = await getAll(spots.map(({ stream }) => stream));
    const rowOf = new Map(rows.map((row) => [row.stream, row]));
    return spots.flatMap(({ stream, place }) => {
      const row = rowOf.get(stream);
      return row && placeIn(row, query) === place ? [row] : [];
    });
  };

  return listPage;
};

/** Where a row stands in the list; undefined if it does not. */
export const placeIn = ({ listing }: Pick<StoredView<unknown>, 'listing'>, query: ListQuery): string | undefined => {
  if (listing.tenant !== query.tenant) return undefined;
  switch (query.list) {
    case 'status':
      return listing.status === query.status ? listing.place : undefined;
    case 'customer':
      return listing.customerId === query.customerId ? listing.place : undefined;
    case 'open-cases':
      return listing.openCase;
  }
};

interface Spot {
  readonly stream: string;
  readonly place: string;
}

/** How far one shard of the list was read. */
interface Lane {
  readonly partition: string;
  readonly spotsPerQuery: number;
  readonly spots: Spot[];
  after: string | undefined;
  isOver: boolean;
}

const startLane = (partition: string, query: ListQuery): Lane => {
  const { shards } = listIndexes[query.list];
  return {
    partition,
    // Twice its share, and one more that shows whether there is a next page.
    spotsPerQuery: shards === 1 ? query.limit + 1 : 2 * Math.ceil(query.limit / shards) + 1,
    spots: [],
    after: keyOf(query.after),
    // Nothing comes before the empty text, and everything after it; DynamoDB compares no key with it.
    isOver: isNewestFirst(query) && query.after === '',
  };
};

/** Any text is a place. DynamoDB takes 1,024 bytes of sort key, and ours are far shorter. */
const keyOf = (after: string | undefined): string | undefined =>
  after === undefined || after === '' ? undefined : after.slice(0, afterCharactersMax).toWellFormed();
const afterCharactersMax = 256;

const toSpot = (item: FlatItem, sortKey: string): Spot => ({
  stream: String(item['stream']),
  place: String(item[sortKey]),
});

const laneToTakeFrom = (lanes: readonly Lane[], query: ListQuery): Lane | undefined => {
  let best: Lane | undefined;
  for (const lane of lanes) {
    const [first] = lane.spots;
    const [bestFirst] = best?.spots ?? [];
    if (first && (!bestFirst || first.place > bestFirst.place === isNewestFirst(query))) best = lane;
  }
  return best;
};
