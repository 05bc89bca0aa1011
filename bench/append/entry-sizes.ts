/**
 * How large entries are as items, as DynamoDB counts them: the order histories that ship with the world, sent through the
 * API of the region where each command was given, with every entry replicated at once.
 */
import { Buffer } from 'node:buffer';
import { shardsPerRegionDefault } from '../../infra/dynamodb/dynamodb-limits.ts';
import { toItem } from '../../infra/dynamodb/entry-codec.ts';
import { shardOf } from '../../infra/dynamodb/ledger-keys.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { readOlistHistories } from '../../infra/world/play/olist-histories.ts';
import type { TimedCommand } from '../../infra/world/play/timed-command.ts';
import { createClient, type OrderApiClient, type Reply } from '../../test/support/order-api-client.ts';
import { createBenchApi, inMemoryStores } from './bench-api.ts';
import { quantile } from './quantile.ts';

export interface EntrySizes {
  readonly entries: number;
  readonly medianBytes: number;
  readonly p95Bytes: number;
  readonly maxBytes: number;
  /** Of the entries: those that cost one write unit, and one more in the index. */
  readonly oneUnitShare: number;
}

const folder = new URL('../../infra/world/data/olist-1000', import.meta.url).pathname;
const regions = ['us-east-1', 'eu-west-1'] as const;

export const measureEntrySizes = async (): Promise<EntrySizes> => {
  const stores = inMemoryStores();
  const apis = new Map<string, OrderApiClient>(
    regions.map((region) => [region, createClient(createBenchApi(stores, region))]),
  );
  const { histories } = await readOlistHistories(folder, regions);
  for (const { commands } of histories) for (const command of commands) await send(apis.get(command.region), command);
  const bytes: number[] = [];
  for await (const stream of stores.eventStore.streams())
    for (const entry of (await stores.eventStore.load(stream)).entries) {
      const shard = shardOf({ ...entry, shardsPerRegion: shardsPerRegionDefault }, sha256);
      bytes.push(itemBytes({ ...toItem(entry), shard }));
    }
  return {
    entries: bytes.length,
    medianBytes: quantile(bytes, 0.5),
    p95Bytes: quantile(bytes, 0.95),
    maxBytes: quantile(bytes, 1),
    oneUnitShare: bytes.filter((count) => count <= unitBytes).length / bytes.length,
  };
};

const unitBytes = 1_024;

/** Names and values in UTF-8, which is how DynamoDB counts strings. */
const itemBytes = (item: Readonly<Record<string, string>>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);

const send = async (api: OrderApiClient | undefined, command: TimedCommand): Promise<Reply> => {
  if (!api) throw new Error(`no API for ${command.region}`);
  const { orderId, kind, source, type, data, occurredAtMs: occurredAt, idempotencyKey } = command;
  const headers = { 'x-amzn-trace-id': 'Root=1-67f0a1b2-0123456789abcdef01234567;Sampled=1' };
  const reply = await (type === 'OrderPlaced'
    ? api.post('/orders', idempotencyKey, { orderId, ...data }, { headers })
    : api.post(
        `/orders/${orderId}/${kind === 'fact' ? 'facts' : 'decisions'}`,
        idempotencyKey,
        { type, data, source, occurredAt },
        { headers },
      ));
  // Some real cancellations are refused, as they would have been.
  if (reply.status !== 201 && reply.status !== 409)
    throw new Error(`${type} of ${orderId} was answered ${reply.status}: ${JSON.stringify(reply.body)}`);
  return reply;
};
