/**
 * The world on DynamoDB Local: one database process and one Lambda host process a region.
 *
 * The databases are AWS's part and the hosts are the team's; between them there is only what AWS has too: endpoints,
 * streams, and settings in the environment. So a host may die at any time, and its region's ledger stays.
 */
import { join } from 'node:path';
import { createTableIfMissing } from '../dynamodb/create-table.ts';
import { createDocumentClient } from '../dynamodb/document-client.ts';
import { heartbeatStreamPrefix } from '../dynamodb/ledger-keys.ts';
import { controlTable } from '../dynamodb/ledger-table.ts';
import { choosePorts } from './choose-ports.ts';
import { startDynamoDbLink, type TableClients } from './dynamodb-link.ts';
import { createDynamoDbMutableTable, mutableTable, regionAttributeOf } from './dynamodb-mutable-table.ts';
import {
  type DynamoDbEngineOptions,
  type OnStop,
  requestTimeoutMs,
  type StartedRegion,
  settleAll,
  startRegion,
} from './dynamodb-region.ts';
import { createCleanup, type Engine, type LinkSettings } from './engine.ts';
import { tableNames } from './host-environment.ts';
import { type RegionDatabase, startRegionDatabase } from './region-database.ts';
import { type StrongLedger, startStrongLedger } from './strong-table/strong-ledger.ts';
import { openWorldKeys } from './world-keys.ts';
import type { MutableTableDefinition } from './world-types.ts';

/** Throws a PortInUseError, or what kept a process from starting; then none is left. */
export const startDynamoDbEngine = async (options: DynamoDbEngineOptions): Promise<Engine> => {
  const cleanup = createCleanup();
  try {
    const keys = openWorldKeys(options.directory);
    cleanup.add(keys.stop);
    const witness = options.writePlan?.witness;
    const databases = await startDatabases(options, witness, cleanup.add);
    const strongLedger =
      options.consistency === 'strong'
        ? await startStrongLedger({ ...options, databases, tableName: tableNames.ledger, onStop: cleanup.add })
        : undefined;
    const regions = await withPorts(options.regions);
    const regionOptions = { ...options, regions, databases, witness, keyFile: keys.path, strongLedger };
    const started = await settleAll(regions.map((region) => startRegion(region, regionOptions, cleanup.add)));
    return createEngine(started, { ...options, strongLedger }, cleanup.run);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
};

/** All before the first host: a region's API knows the others' from its start. By region. */
const startDatabases = async (
  { regions, directory, onProcess }: DynamoDbEngineOptions,
  witness: string | undefined,
  onStop: OnStop,
): Promise<ReadonlyMap<string, RegionDatabase>> => {
  const startDatabase = async (name: string) => {
    const path = directory === undefined ? undefined : join(directory, name);
    const database = await startRegionDatabase({ directory: path, onProcess });
    onStop(database.stop);
    if (name === witness) await createLeaseTable(name, database);
    return [name, database] as const;
  };
  const names = regions.map(({ name }) => name);
  return new Map(await settleAll((witness === undefined ? names : [...names, witness]).map(startDatabase)));
};

const createLeaseTable = async (region: string, { endpoint, credentials }: RegionDatabase): Promise<void> => {
  const client = createDocumentClient({ region, endpoint, credentials, requestTimeoutMs });
  await createTableIfMissing(client, controlTable(tableNames.control));
  client.destroy();
};

/** Late, so that nobody takes them before the hosts do. */
const withPorts = async (regions: DynamoDbEngineOptions['regions']): Promise<DynamoDbEngineOptions['regions']> => {
  const ports = await choosePorts(regions.map(({ apiPort }) => apiPort));
  return regions.map(({ name }, i) => ({ name, apiPort: ports[i] ?? 0 }));
};

interface WithStrongLedger {
  /** Where the ledger is one; else it is replicated by links. */
  readonly strongLedger: StrongLedger | undefined;
}

const createEngine = (
  started: readonly StartedRegion[],
  { clock, strongLedger }: DynamoDbEngineOptions & WithStrongLedger,
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
    startLedgerLink: async (settings) =>
      strongLedger?.link(settings.from, settings.to) ??
      startDynamoDbLink({
        ...endpoints(settings),
        table: {
          tableName: tableNames.ledger,
          regionAttribute: 'region',
          lwwAttribute: 'counter',
          isBacklog: ({ stream }) => stream?.S?.startsWith(heartbeatStreamPrefix) !== true,
        },
        settings: { ...settings, table: tableNames.ledger },
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
