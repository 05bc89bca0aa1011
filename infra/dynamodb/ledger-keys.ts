/**
 * Names of the ledger table's keys and index, in one place. They ARE the storage format, as the entry's names are.
 *
 * The shard spreads the index `by-ulid`: ids grow with time, so one partition key would take every write of a region.
 */
import { invariant } from '../../domain/kernel/invariant.ts';
import type { Sha256 } from '../../domain/ports/digest.ts';
import { shardsPerRegionMax } from './dynamodb-limits.ts';

export const ledgerIndexName = 'by-ulid';

/** The table also holds `plan` and `heartbeat/<region>`; only these are orders. */
export const orderStreamPrefix = 'order/';
export const heartbeatStreamPrefix = 'heartbeat/';

export interface ShardOptions {
  readonly region: string;
  readonly stream: string;
  readonly shardsPerRegion: number;
}

/** `<region>/<00..N-1>`. A stream stays in its shard for as long as N does. */
export const shardOf = ({ region, stream, shardsPerRegion }: ShardOptions, sha256: Sha256): string =>
  `${region}/${String(Number.parseInt(sha256(stream).slice(0, 8), 16) % shardsPerRegion).padStart(2, '0')}`;

export const assertShardsPerRegion = (shardsPerRegion: number): void =>
  invariant(
    Number.isInteger(shardsPerRegion) && shardsPerRegion >= 1 && shardsPerRegion <= shardsPerRegionMax,
    `shards per region are 1 to ${shardsPerRegionMax}`,
  );
