/**
 * The world's ledger as one strongly consistent table: a replica in each region's database, the table over them, and the
 * address in each region that its host asks.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createTableIfMissing } from '../../dynamodb/create-table.ts';
import { createDocumentClient } from '../../dynamodb/document-client.ts';
import { ledgerTable } from '../../dynamodb/ledger-table.ts';
import type { DynamoDbLocal } from '../dynamodb-local.ts';
import type { EngineOptions } from '../engine.ts';
import { createReplica } from './replica.ts';
import { startStrongFront } from './strong-front.ts';
import { type StrongTable, startStrongTable } from './strong-table.ts';

export interface StrongLedgerOptions extends Pick<EngineOptions, 'faults' | 'clock' | 'sleep' | 'onFault'> {
  /** By region. */
  readonly databases: ReadonlyMap<string, Pick<DynamoDbLocal, 'endpoint' | 'credentials'>>;
  readonly tableName: string;
  readonly onStop: (stop: () => Promise<void>) => void;
}

export interface StrongLedger extends Pick<StrongTable, 'link'> {
  /** By region, in place of its database's. */
  readonly endpoints: ReadonlyMap<string, string>;
}

export const startStrongLedger = async (options: StrongLedgerOptions): Promise<StrongLedger> => {
  const { databases, tableName, onFault, onStop } = options;
  await Promise.all([...databases].map(([region, database]) => createLedgerTable(region, database, tableName)));
  const replicas = new Map(
    [...databases].map(([region, database]) => [region, createReplica({ region, database, tableName })] as const),
  );
  const table = await startStrongTable({ ...options, replicas, patience });
  onStop(table.stop);
  const endpoints = new Map<string, string>();
  for (const [region, replica] of replicas) {
    const accessKeyId = databases.get(region)?.credentials.accessKeyId ?? '';
    const front = await startStrongFront({ region, tableName, table, replica, accessKeyId, onFault });
    onStop(front.stop);
    endpoints.set(region, front.endpoint);
  }
  return { endpoints, link: table.link };
};

/** Who asked has given up long before. */
const patienceMs = 5_000;
const patience = (signal: AbortSignal): Promise<void> => sleep(patienceMs, undefined, { signal });

const createLedgerTable = async (
  region: string,
  { endpoint, credentials }: Pick<DynamoDbLocal, 'endpoint' | 'credentials'>,
  tableName: string,
): Promise<void> => {
  const client = createDocumentClient({ region, endpoint, credentials, requestTimeoutMs: createMsMax });
  await createTableIfMissing(client, ledgerTable(tableName));
  client.destroy();
};

/** A database that has just started takes its time. */
const createMsMax = 20_000;
