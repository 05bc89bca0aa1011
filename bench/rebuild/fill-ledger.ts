/** Puts entries into an empty ledger as replication would: as they are, many at a time. */
import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Entry } from '../../domain/ledger/entry.ts';
import { shardsPerRegionDefault } from '../../infra/dynamodb/dynamodb-limits.ts';
import { toItem } from '../../infra/dynamodb/entry-codec.ts';
import { shardOf } from '../../infra/dynamodb/ledger-keys.ts';
import { sha256 } from '../../infra/node/sha256.ts';

export interface LedgerTable {
  readonly documentClient: DynamoDBDocumentClient;
  readonly tableName: string;
}

const batchItems = 25;
const batchesAtATime = 4;

export const fillLedger = async (table: LedgerTable, orders: AsyncIterable<readonly Entry[]>): Promise<void> => {
  let entries: Entry[] = [];
  for await (const order of orders) {
    entries.push(...order);
    if (entries.length < batchItems * batchesAtATime) continue;
    await writeAll(table, entries);
    entries = [];
  }
  await writeAll(table, entries);
};

const writeAll = async (table: LedgerTable, entries: readonly Entry[]): Promise<void> => {
  const batches = Array.from({ length: Math.ceil(entries.length / batchItems) }, (_, i) =>
    entries.slice(i * batchItems, (i + 1) * batchItems),
  );
  await Promise.all(batches.map((batch) => write(table, batch)));
};

const write = async ({ documentClient, tableName }: LedgerTable, entries: readonly Entry[]): Promise<void> => {
  const requests = entries.map((entry) => {
    const { region, stream } = entry;
    const shard = shardOf({ region, stream, shardsPerRegion: shardsPerRegionDefault }, sha256);
    return { PutRequest: { Item: { ...toItem(entry), shard } } };
  });
  const answer = await documentClient.send(new BatchWriteCommand({ RequestItems: { [tableName]: requests } }));
  if (Object.keys(answer.UnprocessedItems ?? {}).length > 0) throw new Error('DynamoDB Local left items undone');
};
