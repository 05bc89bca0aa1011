/**
 * One region of the world on DynamoDB Local: its tables, its host process, and the gates to what lies in other regions.
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
import type { TableClients } from './dynamodb-link.ts';
import type { EngineOptions, EngineRegion } from './engine.ts';
import { hostEnvironment, tableNames } from './host-environment.ts';
import { type LinkGateOptions, startLinkGate } from './link-gate.ts';
import { readLiveViews } from './live-views.ts';
import type { RegionDatabase } from './region-database.ts';
import { type HostProcess, startHostProcess } from './region-host/host-process.ts';
import { sweepSecondsDefault } from './review-times.ts';
import type { InvokeFunction } from './step-functions/step-functions.ts';
import type { StrongLedger } from './strong-table/strong-ledger.ts';
import type { OrderRow } from './world-types.ts';
import { apiUrlOf, writePlanEnvironment } from './write-plan-environment.ts';

export interface DynamoDbEngineOptions extends EngineOptions {
  /** The databases' files lie here; in memory when left out. */
  readonly directory?: string | undefined;
  /** Called for every process that is started, so that it can be found again after a crash. */
  readonly onProcess: (pid: number) => void;
}

export interface RegionOptions extends DynamoDbEngineOptions {
  /** By region, the witness's too. */
  readonly databases: ReadonlyMap<string, RegionDatabase>;
  readonly keyFile: string;
  /** Where the ledger is one; else it is replicated by links. */
  readonly strongLedger: StrongLedger | undefined;
  readonly witness: string | undefined;
}

export type OnStop = (stop: () => Promise<void>) => void;

/** The world's own requests carry no order that waits: a busy machine may take its time. */
export const requestTimeoutMs = 20_000;

export interface StartedRegion {
  readonly region: EngineRegion;
  readonly clients: TableClients;
}

export const startRegion = async (
  { name, apiPort }: EngineOptions['regions'][number],
  options: RegionOptions,
  onStop: OnStop,
): Promise<StartedRegion> => {
  const { directory, databases, strongLedger, faults, sleep, random, onFault, onProcess, liveGeneration } = options;
  const database = databaseOf(databases, name);
  let host: HostProcess | undefined;
  const invoke: InvokeFunction = async (functionName, payload) =>
    host ? host.invoke(functionName, payload) : { kind: 'unavailable' };
  const { services, environment } = await startSurroundings(name, { ...options, invoke }, onStop);
  const connection = { region: name, endpoint: database.endpoint, credentials: database.credentials };
  const documentClient = createDocumentClient({
    ...connection,
    requestTimeoutMs,
    connectionTimeoutMs: requestTimeoutMs,
  });
  const tables = [ledgerTable(tableNames.ledger), viewsTable(tableNames.views), controlTable(tableNames.control)];
  await settleAll(tables.map((table) => createTableIfMissing(documentClient, table)));
  const started = await startHostProcess({
    region: name,
    port: apiPort,
    // Only here are the lines taken that it then writes.
    env: { ...environment, POWERTOOLS_METRICS_DISABLED: 'false' },
    triggers: {
      caseAlertsQueueUrl: services.queueUrl('case-alerts'),
      reviewsQueueUrl: services.queueUrl('reviews'),
      sweepSeconds: options.review.sweepSeconds ?? sweepSecondsDefault,
    },
    isOut: () => faults.isOut(name),
    sleep,
    onFault,
    onLogLine: (line) => {
      if (!services.takeLogLine(line)) process.stderr.write(`${line}\n`);
    },
    onStart: onProcess,
  });
  host = started;
  onStop(started.stop);
  const shared = { documentClient, sleep, random };
  const openViews = createDynamoDbViews<OrderRow>({ ...shared, tableName: tableNames.views });
  const controlStore = createDynamoDbControlStore({ ...shared, tableName: tableNames.control });
  const region: EngineRegion = {
    name,
    apiUrl: apiUrlOf(started.port),
    eventStore: createDynamoDbEventStore({ ...shared, tableName: tableNames.ledger, sha256 }),
    controlStore,
    ...readLiveViews({ openViews, controlStore, liveGeneration }),
    countEntries: () => countEntries(documentClient),
    recentAlerts: () => services.recentEvents().map(({ detail }) => detail),
    onAlert: services.onEvent,
    runningReviews: services.runningReviews,
    hostPid: started.pid,
    documentClient,
    environment,
    ...(directory !== undefined &&
      strongLedger === undefined && {
        kill: async () => void (await Promise.all([started.kill(), database.kill()])),
        restart: async () => {
          await database.restart();
          await started.restart();
        },
      }),
    caughtUp: started.caughtUp,
    announceOutage: started.announceOutage,
  };
  return { region, clients: { documentClient, streamsClient: new DynamoDBStreamsClient(connection) } };
};

/** What a host finds when it starts: the services beside its database, the ways to other regions, and where all that is. */
const startSurroundings = async (
  name: string,
  options: RegionOptions & { readonly invoke: InvokeFunction },
  onStop: OnStop,
): Promise<{ readonly services: AwsServices; readonly environment: Readonly<Record<string, string>> }> => {
  const { directory, databases, faults, witness, strongLedger, review, invoke, onFault } = options;
  const startServices = async (): Promise<AwsServices> => {
    const queues = directory === undefined ? undefined : join(directory, `${name}-queues`);
    const isOut = () => faults.isOut(name);
    const services = await startAwsServices({
      region: name,
      directory: queues,
      isOut,
      invoke,
      waiting: review,
      onFault,
    });
    onStop(services.stop);
    return services;
  };
  const startWitnessGate = async (): Promise<string | undefined> =>
    witness && startGate({ from: name, to: witness, operations: ['GetItem', 'PutItem'] }, options, onStop);
  const [services, peers, witnessEndpoint] = await settleAll([
    startServices(),
    startPeerGates(name, options, onStop),
    startWitnessGate(),
  ]);
  const writePlan = options.writePlan ? writePlanEnvironment(options.writePlan, { ...options, witnessEndpoint }) : {};
  const ledgerEndpoint = strongLedger?.endpoints.get(name);
  const surroundings = { ...options, services, peers, ledgerEndpoint, writePlan };
  return { services, environment: hostEnvironment(name, databaseOf(databases, name), surroundings) };
};

/** The setting that tells a region's API where its peers are: each behind a gate that has this region's faults. */
const startPeerGates = async (from: string, options: RegionOptions, onStop: OnStop): Promise<string> => {
  const others = options.regions.map(({ name }) => name).filter((name) => name !== from);
  const settings = others.map(
    async (to) => `${to}=${await startGate({ from, to, operations: ['GetItem'] }, options, onStop)}`,
  );
  return (await settleAll(settings)).join(',');
};

/** Its address. */
const startGate = async (
  { from, to, operations }: Pick<LinkGateOptions, 'from' | 'to' | 'operations'>,
  { databases, faults, sleep, onFault }: RegionOptions,
  onStop: OnStop,
): Promise<string> => {
  const { accessKeyId } = databaseOf(databases, from).credentials;
  const { endpoint, credentials } = databaseOf(databases, to);
  const accessKeyIds = { from: accessKeyId, to: credentials.accessKeyId };
  const gate = await startLinkGate({ from, to, endpoint, accessKeyIds, operations, faults, sleep, onFault });
  onStop(gate.stop);
  return gate.endpoint;
};

const databaseOf = (databases: RegionOptions['databases'], name: string): RegionDatabase => {
  const database = databases.get(name);
  if (!database) throw new Error(`no region ${name}`);
  return database;
};

const countEntries = async (client: DynamoDBDocumentClient): Promise<number> => {
  let entries = 0;
  let startKey: Record<string, unknown> | undefined;
  do {
    const answer = await client.send(
      new ScanCommand({
        TableName: tableNames.ledger,
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
export const settleAll = async <Promises extends readonly Promise<unknown>[] | []>(promises: Promises) => {
  await Promise.allSettled(promises);
  return Promise.all(promises);
};
