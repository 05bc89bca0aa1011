/**
 * The one way for a command to reach a region: of the world that runs on this machine, or of AWS.
 *
 * The two never mix. For the world every address and key comes from the world itself and none from the person's own
 * AWS files; for AWS everything comes from the process's environment and the SDK's own search for credentials.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient } from '../../infra/dynamodb/document-client.ts';
import { createDynamoDbControlStore } from '../../infra/dynamodb/dynamodb-control-store.ts';
import { createDynamoDbCustomerKeys } from '../../infra/dynamodb/dynamodb-customer-keys.ts';
import { createDynamoDbEventStore } from '../../infra/dynamodb/dynamodb-event-store.ts';
import { createDynamoDbViews } from '../../infra/dynamodb/dynamodb-view-store.ts';
import { createDynamoDbEntryRepair } from '../../infra/dynamodb/restore-entry.ts';
import { createEventBridgeAlertBus } from '../../infra/eventbridge/eventbridge-alert-bus.ts';
import { createEventBridgeClient } from '../../infra/eventbridge/eventbridge-client.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { createCustomerKeyRing } from '../../infra/personal-data/customer-key-ring.ts';
import { openKeyWrap } from '../../infra/personal-data/open-key-wrap.ts';
import { readSettings, SettingsError } from '../../infra/settings/settings.ts';
import { createSqsClient } from '../../infra/sqs/sqs-client.ts';
import { createSqsDeadLetterQueue } from '../../infra/sqs/sqs-dead-letter-queue.ts';
import { createGenerationStore } from '../../projections/generations/generation-store.ts';
import type { OrderView } from '../../projections/views/order-view.ts';
import { findUnsafe, readWorld, type WorldEnvironment } from './read-world.ts';
import type { RegionPorts } from './region-ports.ts';

export interface RegionChoice {
  /** The world's first one, or AWS_REGION, when left out. */
  readonly region?: string | undefined;
  readonly aws: boolean;
  /** Of the running world. */
  readonly portBase: number;
}

export type Connection =
  | { readonly kind: 'connected'; readonly ports: RegionPorts; readonly note: string }
  /** `usage`: another choice would help. `failed`: something has to be started or set up first. */
  | { readonly kind: 'usage' | 'failed'; readonly message: string };

export const connectRegion = (
  choice: RegionChoice,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Connection> => (choice.aws ? connectAws(choice, env) : connectWorld(choice));

const connectWorld = async ({ region, portBase }: RegionChoice): Promise<Connection> => {
  const world = await readWorld(portBase);
  if (world.kind === 'no-world')
    return failed(`no world answers on port ${portBase}. Start one with: npm start, or say --aws for a region of AWS`);
  if (world.kind === 'invalid') return failed(`port ${portBase}: ${world.reason}. Name another with --port-base`);
  const chosen = region === undefined ? world.regions[0] : world.regions.find(({ name }) => name === region);
  if (!chosen) return usage(`--region must be one of ${world.regions.map(({ name }) => name).join(', ')}`);
  const { name, environment } = chosen;
  if (!environment)
    return failed('this world runs in memory, where no other process reaches it. Install Java and start it again');
  const unsafe = findUnsafe(environment);
  if (unsafe !== undefined) return failed(`the world's answer is not safe to use: ${unsafe}. Start it again`);
  if (environment['AWS_REGION'] !== name) return failed(`the world says that ${name} is ${environment['AWS_REGION']}`);
  return connected(environment, worldConnection(environment), `region ${name} of the world on port ${portBase}`);
};

const connectAws = async (
  { region }: RegionChoice,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Connection> => {
  const name = region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  if (name === undefined) return usage('--aws needs a region: --region, or AWS_REGION in the environment');
  return connected({ ...env, AWS_REGION: name }, {}, `region ${name} of AWS`);
};

const usage = (message: string): Connection => ({ kind: 'usage', message });
const failed = (message: string): Connection => ({ kind: 'failed', message });

/** Empty for AWS, where the SDK finds all of it. */
interface Addresses {
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly dynamoDb?: string;
  readonly streams?: string;
  readonly sqs?: string;
  readonly eventBridge?: string;
}

const worldConnection = (environment: WorldEnvironment): Addresses => {
  const at = (name: string): string => environment[name] ?? '';
  return {
    credentials: { accessKeyId: at('AWS_ACCESS_KEY_ID'), secretAccessKey: at('AWS_SECRET_ACCESS_KEY') },
    dynamoDb: at('AWS_ENDPOINT_URL_DYNAMODB'),
    streams: at('AWS_ENDPOINT_URL_DYNAMODB_STREAMS'),
    sqs: at('AWS_ENDPOINT_URL_SQS'),
    eventBridge: at('AWS_ENDPOINT_URL_EVENTBRIDGE'),
  };
};

const connected = (
  environment: Readonly<Record<string, string | undefined>>,
  addresses: Addresses,
  note: string,
): Connection => {
  try {
    return { kind: 'connected', ports: buildPorts(environment, addresses), note };
  } catch (error) {
    if (error instanceof SettingsError) return usage(error.message);
    throw error;
  }
};

const buildPorts = (
  environment: Readonly<Record<string, string | undefined>>,
  { credentials, dynamoDb, streams, sqs, eventBridge }: Addresses,
): RegionPorts => {
  const settings = readSettings(environment);
  const { region, ledgerTable, viewsTable, controlTable, ledgerShards, deadLetterQueueUrl, writePlan } = settings;
  const connectionAt = (endpoint: string | undefined, at = region) => ({
    region: at,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials: { ...credentials } }),
  });
  const documentClient = createDocumentClient({ ...connectionAt(dynamoDb), requestTimeoutMs, connectionTimeoutMs });
  const witnessClient =
    writePlan?.witness && createDocumentClient(connectionAt(writePlan.witness.endpoint, writePlan.witness.region));
  const streamsClient = new DynamoDBStreamsClient(connectionAt(streams));
  const eventBridgeClient = createEventBridgeClient(connectionAt(eventBridge));
  const sqsClient = createSqsClient(connectionAt(sqs));
  const waits = { sleep: (ms: number) => sleep(ms), random: Math.random };
  const shared = { ...waits, documentClient };
  const ledger = { ...shared, tableName: ledgerTable, sha256, shardsPerRegion: ledgerShards };
  const controlStore = createDynamoDbControlStore({ ...shared, tableName: controlTable });
  return {
    region,
    settings,
    eventStore: createDynamoDbEventStore(ledger),
    openViews: createDynamoDbViews<OrderView>({ ...shared, tableName: viewsTable }),
    controlStore,
    witness:
      witnessClient && createDynamoDbControlStore({ ...waits, documentClient: witnessClient, tableName: controlTable }),
    generations: createGenerationStore(controlStore),
    alertBus: createEventBridgeAlertBus({ ...waits, client: eventBridgeClient, busName: settings.alertBus }),
    deadLetterQueue:
      deadLetterQueueUrl === undefined
        ? undefined
        : createSqsDeadLetterQueue({ client: sqsClient, queueUrl: deadLetterQueueUrl }),
    streamsClient,
    entryRepair: createDynamoDbEntryRepair(ledger),
    openPersonalData: () =>
      settings.personalData &&
      createCustomerKeyRing({
        keyStore: createDynamoDbCustomerKeys({
          ...shared,
          tableName: ledgerTable,
          consistency: settings.consistency,
        }),
        keyWrap: openKeyWrap(settings.personalData, { region }),
        region,
        clock: { nowMs: Date.now },
        randomBytes,
      }),
    estimateEntries: () => countRoughly(documentClient, ledgerTable),
    close: () => {
      for (const client of [documentClient, witnessClient, streamsClient, eventBridgeClient, sqsClient])
        client?.destroy();
    },
  };
};

/** A scan's page of 1 MB on a slow line is worth waiting for; a person does. */
const requestTimeoutMs = 20_000;
const connectionTimeoutMs = 5_000;

/** AWS counts every six hours or so. Who may not ask gets no percentage, and everything else. */
const countRoughly = async (client: DynamoDBDocumentClient, tableName: string): Promise<number | undefined> => {
  const described = await client.send(new DescribeTableCommand({ TableName: tableName })).catch(() => undefined);
  return described?.Table?.ItemCount;
};
