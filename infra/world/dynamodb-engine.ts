/**
 * The world on DynamoDB Local: one database process and one Lambda host process a region.
 *
 * The databases are AWS's part and the hosts are the team's; between them there is only what AWS has too: endpoints,
 * streams, and settings in the environment. So a host may die at any time, and its region's ledger stays.
 */
import { join } from 'node:path';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createTableIfMissing } from '../dynamodb/create-table.ts';
import { createDocumentClient } from '../dynamodb/document-client.ts';
import { createDynamoDbEventStore } from '../dynamodb/dynamodb-event-store.ts';
import { createDynamoDbViewStore } from '../dynamodb/dynamodb-view-store.ts';
import { orderStreamPrefix } from '../dynamodb/ledger-keys.ts';
import { ledgerTable, viewsTable } from '../dynamodb/ledger-table.ts';
import { sha256 } from '../node/sha256.ts';
import { startDynamoDbLink, type TableClients } from './dynamodb-link.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from './dynamodb-local.ts';
import { createDynamoDbMutableTable, mutableTable, regionAttributeOf } from './dynamodb-mutable-table.ts';
import { createCleanup, type Engine, type EngineOptions, type EngineRegion, type LinkSettings } from './engine.ts';
import { startHostProcess } from './region-host/host-process.ts';
import type { MutableTableDefinition, OrderRow } from './world-types.ts';

export interface DynamoDbEngineOptions extends EngineOptions {
  /** The databases' files lie here; in memory when left out. */
  readonly directory?: string | undefined;
  /** Called for every process that is started, so that it can be found again after a crash. */
  readonly onProcess: (pid: number) => void;
}

const ledgerTableName = 'ledger';
const viewsTableName = 'views';
/** The world's own requests carry no order that waits: a busy machine may take its time. */
const requestTimeoutMs = 20_000;

/** Throws a PortInUseError, or what kept a process from starting; then none is left. */
export const startDynamoDbEngine = async (options: DynamoDbEngineOptions): Promise<Engine> => {
  const cleanup = createCleanup();
  try {
    const started = await settleAll(options.regions.map((region) => startRegion(region, options, cleanup.add)));
    return createEngine(started, options, cleanup.run);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
};

interface StartedRegion {
  readonly region: EngineRegion;
  readonly clients: TableClients;
}

const startRegion = async (
  { name, apiPort }: EngineOptions['regions'][number],
  options: DynamoDbEngineOptions,
  onStop: (stop: () => Promise<void>) => void,
): Promise<StartedRegion> => {
  const { directory, faults, sleep, random, onFault, onProcess } = options;
  const database = await startDynamoDbLocal({
    mode: directory === undefined ? { kind: 'memory' } : { kind: 'directory', path: join(directory, name) },
  });
  onStop(database.stop);
  onProcess(database.pid);
  const connection = { region: name, endpoint: database.endpoint, credentials: database.credentials };
  const documentClient = createDocumentClient({
    ...connection,
    requestTimeoutMs,
    connectionTimeoutMs: requestTimeoutMs,
  });
  await createTableIfMissing(documentClient, ledgerTable(ledgerTableName));
  await createTableIfMissing(documentClient, viewsTable(viewsTableName));
  const host = await startHostProcess({
    region: name,
    port: apiPort,
    env: hostEnvironment(name, database),
    isOut: () => faults.isOut(name),
    sleep,
    onFault,
    onStart: onProcess,
  });
  onStop(host.stop);
  const shared = { documentClient, sleep, random };
  const viewStore = createDynamoDbViewStore<OrderRow>({
    ...shared,
    tableName: viewsTableName,
    view: options.orderViewName,
  });
  const region: EngineRegion = {
    name,
    apiUrl: `http://127.0.0.1:${host.port}`,
    eventStore: createDynamoDbEventStore({ ...shared, tableName: ledgerTableName, sha256 }),
    viewStore,
    countEntries: () => countEntries(documentClient),
    loadView: viewStore.get,
    views: viewStore.all,
    hostPid: host.pid,
    documentClient,
    caughtUp: host.caughtUp,
    announceOutage: host.announceOutage,
  };
  return { region, clients: { documentClient, streamsClient: new DynamoDBStreamsClient(connection) } };
};

const createEngine = (
  started: readonly StartedRegion[],
  { clock }: DynamoDbEngineOptions,
  stop: () => Promise<void>,
): Engine => {
  const clientsOf = (name: string): TableClients => {
    const found = started.find(({ region }) => region.name === name);
    if (!found) throw new Error(`no region ${name}`);
    return found.clients;
  };
  const endpoints = ({ from, to }: LinkSettings) => ({ source: clientsOf(from), target: clientsOf(to) });
  return {
    name: 'dynamodb-local',
    regions: started.map(({ region }) => region),
    startLedgerLink: (settings) =>
      startDynamoDbLink({
        ...endpoints(settings),
        table: { tableName: ledgerTableName, regionAttribute: 'region' },
        settings: { ...settings, table: ledgerTableName },
      }),
    createMutableTable: async (definition) => {
      const tables = started.map(async ({ region: { name: region }, clients: { documentClient } }) => {
        await createTableIfMissing(documentClient, mutableTable(definition));
        return [region, createDynamoDbMutableTable({ documentClient, definition, region, clock })] as const;
      });
      return new Map(await Promise.all(tables));
    },
    startMutableLink: (definition, settings) =>
      startDynamoDbLink({ ...endpoints(settings), table: replicatedTable(definition), settings }),
    stop,
  };
};

const replicatedTable = (definition: MutableTableDefinition) => ({
  tableName: definition.name,
  regionAttribute: regionAttributeOf(definition),
  lwwAttribute: definition.lwwAttribute,
});

/**
 * All that a host gets of an environment: what Lambda would set, with the endpoints of this region. The files of the
 * person who runs the world are shut out, so that no profile of theirs can turn a local write into a real one.
 */
const hostEnvironment = (
  region: string,
  { endpoint, credentials }: DynamoDbLocal,
): Readonly<Record<string, string>> => ({
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  AWS_ENDPOINT_URL_DYNAMODB_STREAMS: endpoint,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  LEDGER_TABLE: ledgerTableName,
  VIEWS_TABLE: viewsTableName,
  POWERTOOLS_LOG_LEVEL: 'WARN',
  POWERTOOLS_METRICS_DISABLED: 'true',
  POWERTOOLS_TRACE_ENABLED: 'false',
  // X-Ray's library would follow every promise of the process all the same: a fifth of its time.
  AWS_XRAY_MANUAL_MODE: 'true',
});

const countEntries = async (client: DynamoDBDocumentClient): Promise<number> => {
  let entries = 0;
  let startKey: Record<string, unknown> | undefined;
  do {
    const answer = await client.send(
      new ScanCommand({
        TableName: ledgerTableName,
        ConsistentRead: true,
        Select: 'COUNT',
        ExclusiveStartKey: startKey,
        FilterExpression: 'begins_with(#stream, :prefix)',
        ExpressionAttributeNames: { '#stream': 'stream' },
        ExpressionAttributeValues: { ':prefix': orderStreamPrefix },
      }),
    );
    entries += answer.Count ?? 0;
    startKey = answer.LastEvaluatedKey;
  } while (startKey !== undefined);
  return entries;
};

/** Waits for all before it throws the first failure: what is still starting could not be stopped. */
const settleAll = async <Value>(promises: readonly Promise<Value>[]): Promise<readonly Value[]> => {
  const settled = await Promise.allSettled(promises);
  return settled.map((it) => {
    if (it.status === 'rejected') throw it.reason;
    return it.value;
  });
};
