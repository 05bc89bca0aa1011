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
import { createDynamoDbControlStore } from '../dynamodb/dynamodb-control-store.ts';
import { createDynamoDbEventStore } from '../dynamodb/dynamodb-event-store.ts';
import { createDynamoDbViews } from '../dynamodb/dynamodb-view-store.ts';
import { orderStreamPrefix } from '../dynamodb/ledger-keys.ts';
import { controlTable, ledgerTable, viewsTable } from '../dynamodb/ledger-table.ts';
import { sha256 } from '../node/sha256.ts';
import { type AwsServices, startAwsServices } from './aws-services.ts';
import { startDynamoDbLink, type TableClients } from './dynamodb-link.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from './dynamodb-local.ts';
import { createDynamoDbMutableTable, mutableTable, regionAttributeOf } from './dynamodb-mutable-table.ts';
import { createCleanup, type Engine, type EngineOptions, type EngineRegion, type LinkSettings } from './engine.ts';
import { startLinkGate } from './link-gate.ts';
import { readLiveViews } from './live-views.ts';
import { startHostProcess } from './region-host/host-process.ts';
import type { TokenTrust } from './token-issuer.ts';
import { openWorldKeys } from './world-keys.ts';
import type { MutableTableDefinition, OrderRow } from './world-types.ts';

export interface DynamoDbEngineOptions extends EngineOptions {
  /** The databases' files lie here; in memory when left out. */
  readonly directory?: string | undefined;
  /** Called for every process that is started, so that it can be found again after a crash. */
  readonly onProcess: (pid: number) => void;
}

const ledgerTableName = 'ledger';
const viewsTableName = 'views';
const controlTableName = 'control';
/** The world's own requests carry no order that waits: a busy machine may take its time. */
const requestTimeoutMs = 20_000;

/** Throws a PortInUseError, or what kept a process from starting; then none is left. */
export const startDynamoDbEngine = async (options: DynamoDbEngineOptions): Promise<Engine> => {
  const cleanup = createCleanup();
  try {
    const keys = openWorldKeys(options.directory);
    cleanup.add(keys.stop);
    const databases = await startDatabases(options, cleanup.add);
    const started = await settleAll(
      options.regions.map((region) => startRegion(region, databases, { ...options, keyFile: keys.path }, cleanup.add)),
    );
    return createEngine(started, options, cleanup.run);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
};

/** By region. */
type Databases = ReadonlyMap<string, DynamoDbLocal>;
type OnStop = (stop: () => Promise<void>) => void;

/** All before the first host: a region's API knows the others' from its start. */
const startDatabases = async (
  { regions, directory, onProcess }: DynamoDbEngineOptions,
  onStop: OnStop,
): Promise<Databases> => {
  const startDatabase = async (name: string) => {
    const database = await startDynamoDbLocal({
      mode: directory === undefined ? { kind: 'memory' } : { kind: 'directory', path: join(directory, name) },
    });
    onStop(database.stop);
    onProcess(database.pid);
    return [name, database] as const;
  };
  return new Map(await settleAll(regions.map(({ name }) => startDatabase(name))));
};

interface StartedRegion {
  readonly region: EngineRegion;
  readonly clients: TableClients;
}

const startRegion = async (
  { name, apiPort }: EngineOptions['regions'][number],
  databases: Databases,
  options: DynamoDbEngineOptions & { readonly keyFile: string },
  onStop: OnStop,
): Promise<StartedRegion> => {
  const { directory, faults, sleep, random, onFault, onProcess, liveGeneration, tokenTrust, keyFile } = options;
  const isOut = () => faults.isOut(name);
  const database = databaseOf(databases, name);
  const startServices = async () => {
    const queues = directory === undefined ? undefined : join(directory, `${name}-queues`);
    const services = await startAwsServices({ region: name, directory: queues, isOut, onFault });
    onStop(services.stop);
    return services;
  };
  const [services, peers] = await settleAll([startServices(), startGates(name, databases, options, onStop)]);
  const connection = { region: name, endpoint: database.endpoint, credentials: database.credentials };
  const documentClient = createDocumentClient({
    ...connection,
    requestTimeoutMs,
    connectionTimeoutMs: requestTimeoutMs,
  });
  const tables = [ledgerTable(ledgerTableName), viewsTable(viewsTableName), controlTable(controlTableName)];
  await settleAll(tables.map((table) => createTableIfMissing(documentClient, table)));
  const environment = hostEnvironment(name, database, { services, tokenTrust, peers, keyFile });
  const host = await startHostProcess({
    region: name,
    port: apiPort,
    env: environment,
    isOut,
    sleep,
    onFault,
    onStart: onProcess,
  });
  onStop(host.stop);
  const shared = { documentClient, sleep, random };
  const openViews = createDynamoDbViews<OrderRow>({ ...shared, tableName: viewsTableName });
  const controlStore = createDynamoDbControlStore({ ...shared, tableName: controlTableName });
  const region: EngineRegion = {
    name,
    apiUrl: `http://127.0.0.1:${host.port}`,
    eventStore: createDynamoDbEventStore({ ...shared, tableName: ledgerTableName, sha256 }),
    controlStore,
    ...readLiveViews({ openViews, controlStore, liveGeneration }),
    countEntries: () => countEntries(documentClient),
    recentAlerts: () => services.recentEvents().map(({ detail }) => detail),
    hostPid: host.pid,
    documentClient,
    environment,
    caughtUp: host.caughtUp,
    announceOutage: host.announceOutage,
  };
  return { region, clients: { documentClient, streamsClient: new DynamoDBStreamsClient(connection) } };
};

/** The setting that tells a region's API where its peers are: each behind a gate that has this region's faults. */
const startGates = async (
  from: string,
  databases: Databases,
  { regions, faults, sleep, onFault }: DynamoDbEngineOptions,
  onStop: OnStop,
): Promise<string> => {
  const { accessKeyId } = databaseOf(databases, from).credentials;
  const startGate = async (to: string) => {
    const { endpoint, credentials } = databaseOf(databases, to);
    const accessKeyIds = { from: accessKeyId, to: credentials.accessKeyId };
    const gate = await startLinkGate({ from, to, endpoint, accessKeyIds, faults, sleep, onFault });
    onStop(gate.stop);
    return `${to}=${gate.endpoint}`;
  };
  const others = regions.map(({ name }) => name).filter((name) => name !== from);
  return (await settleAll(others.map(startGate))).join(',');
};

const databaseOf = (databases: Databases, name: string): DynamoDbLocal => {
  const database = databases.get(name);
  if (!database) throw new Error(`no region ${name}`);
  return database;
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

interface HostSurroundings {
  readonly services: AwsServices;
  readonly tokenTrust: TokenTrust;
  /** As PEERS has it. */
  readonly peers: string;
  readonly keyFile: string;
}

/**
 * All that a host gets of an environment: what Lambda would set, with the endpoints of this region. The files of the
 * person who runs the world are shut out, so that no profile of theirs can turn a local write into a real one.
 */
const hostEnvironment = (
  region: string,
  { endpoint, credentials }: DynamoDbLocal,
  { services, tokenTrust, peers, keyFile }: HostSurroundings,
): Readonly<Record<string, string>> => ({
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  AWS_ENDPOINT_URL_DYNAMODB_STREAMS: endpoint,
  AWS_ENDPOINT_URL_SQS: services.endpoint,
  AWS_ENDPOINT_URL_EVENTBRIDGE: services.endpoint,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  LEDGER_TABLE: ledgerTableName,
  VIEWS_TABLE: viewsTableName,
  CONTROL_TABLE: controlTableName,
  ALERT_BUS: services.busName,
  DEAD_LETTER_QUEUE_URL: services.queueUrl('projector-dead-letters'),
  TOKEN_ISSUER: tokenTrust.issuer,
  TOKEN_AUDIENCE: tokenTrust.audience,
  TOKEN_JWKS_URL: tokenTrust.jwksUrl,
  PEERS: peers,
  PERSONAL_DATA_KEY_FILE: keyFile,
  // The play is one caller that sends hundreds of requests a second.
  RATE_PER_SECOND: '0',
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
const settleAll = async <Promises extends readonly Promise<unknown>[] | []>(promises: Promises) => {
  await Promise.allSettled(promises);
  return Promise.all(promises);
};
