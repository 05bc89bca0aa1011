/**
 * The order API's handler as Lambda runs it, nothing handed in and everything from its environment, over the tables of a
 * DynamoDB Local of its own.
 */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, vi } from 'vitest';
import { fold } from '../../domain/fold/fold.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import type { EventStore } from '../../domain/ports/event-store.ts';
import { createTableIfMissing } from '../../infra/dynamodb/create-table.ts';
import { createDocumentClient } from '../../infra/dynamodb/document-client.ts';
import { createDynamoDbEventStore } from '../../infra/dynamodb/dynamodb-event-store.ts';
import { createDynamoDbViews } from '../../infra/dynamodb/dynamodb-view-store.ts';
import { controlTable, ledgerTable, viewsTable } from '../../infra/dynamodb/ledger-table.ts';
import { createInMemoryAlertBus } from '../../infra/in-memory/in-memory-alert-bus.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../infra/world/dynamodb-local.ts';
import { startTokenIssuer, type TokenIssuer } from '../../infra/world/token-issuer.ts';
import { firstGeneration } from '../../projections/generations/generations.ts';
import { projectStream } from '../../projections/projector/project-stream.ts';
import { type OrderView, projectionVersion } from '../../projections/views/order-view.ts';
import { handler } from '../../services/order-api/handler.ts';
import { useKeyFile } from './key-file-fixture.ts';
import { createClient, type OrderApiClient } from './order-api-client.ts';

export interface DeployedOrderApi {
  readonly region: string;
  readonly api: OrderApiClient;
  /** Under which personal data is sealed. */
  readonly keyFile: string;
  readonly tables: { readonly ledger: string; readonly views: string; readonly control: string };
  /** For adapters over the same tables. This and the next two only while the tests of the file run. */
  readonly connection: () => AdapterDeps;
  readonly eventStore: () => EventStore;
  /** What the stream's consumer does, at once. */
  readonly project: (stream: string) => Promise<unknown>;
  readonly stopDatabase: () => Promise<void>;
}

interface AdapterDeps {
  readonly documentClient: DynamoDBDocumentClient;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
}

/** Of one test file. */
export const useDeployedOrderApi = (): DeployedOrderApi => {
  const region = 'us-east-1';
  const tables = { ledger: 'orders-ledger', views: 'orders-views', control: 'orders-control' };
  const keyFile = useKeyFile();
  let engine: DynamoDbLocal;
  let issuer: TokenIssuer;
  let documentClient: DynamoDBDocumentClient;

  beforeAll(async () => {
    engine = await startDynamoDbLocal({ mode: { kind: 'memory' } });
    const { endpoint, credentials } = engine;
    issuer = await startTokenIssuer({ nowMs: Date.now });
    // A busy machine may take its time to make a table.
    const patience = { requestTimeoutMs: 20_000, connectionTimeoutMs: 20_000 };
    documentClient = createDocumentClient({ region, endpoint, credentials, ...patience });
    for (const table of [ledgerTable(tables.ledger), viewsTable(tables.views), controlTable(tables.control)])
      await createTableIfMissing(documentClient, table);
    const env = {
      AWS_REGION: region,
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      LEDGER_TABLE: tables.ledger,
      VIEWS_TABLE: tables.views,
      CONTROL_TABLE: tables.control,
      PERSONAL_DATA_KEY_FILE: keyFile,
      TOKEN_ISSUER: issuer.trust.issuer,
      TOKEN_AUDIENCE: issuer.trust.audience,
      TOKEN_JWKS_URL: issuer.trust.jwksUrl,
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
    };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    documentClient?.destroy();
    await issuer?.stop();
    await engine?.stop();
  });

  const connection = (): AdapterDeps => ({
    documentClient,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
  });
  const eventStore = () => createDynamoDbEventStore({ ...connection(), tableName: tables.ledger, sha256 });
  return {
    region,
    api: createClient(handler, (grant) => issuer.issue(grant)),
    keyFile,
    tables,
    connection,
    eventStore,
    project: (stream) =>
      projectStream(
        {
          region,
          eventStore: eventStore(),
          openViews: createDynamoDbViews<OrderView>({ ...connection(), tableName: tables.views }),
          alertBus: createInMemoryAlertBus(),
          fold: (entries) => fold(entries, retail),
          version: projectionVersion(retail),
          clock: { nowMs: Date.now },
        },
        stream,
        [firstGeneration],
      ),
    stopDatabase: () => engine.stop(),
  };
};
