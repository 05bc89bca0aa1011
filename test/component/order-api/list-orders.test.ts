import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { createTableIfMissing } from '../../../infra/dynamodb/create-table.ts';
import { createDocumentClient } from '../../../infra/dynamodb/document-client.ts';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { createDynamoDbViews } from '../../../infra/dynamodb/dynamodb-view-store.ts';
import { controlTable, ledgerTable, viewsTable } from '../../../infra/dynamodb/ledger-table.ts';
import { createInMemoryAlertBus } from '../../../infra/in-memory/in-memory-alert-bus.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../../infra/world/dynamodb-local.ts';
import { startTokenIssuer, type TokenIssuer } from '../../../infra/world/token-issuer.ts';
import { firstGeneration } from '../../../projections/generations/generations.ts';
import { projectStream } from '../../../projections/projector/project-stream.ts';
import { type OrderView, projectionVersion } from '../../../projections/views/order-view.ts';
import { handler } from '../../../services/order-api/handler.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { useKeyFile } from '../../support/key-file-fixture.ts';
import { createClient } from '../../support/order-api-client.ts';

const region = 'us-east-1';
const tables = { ledger: 'orders-ledger', views: 'orders-views', control: 'orders-control' };

/** The handler as Lambda runs it: nothing handed in, everything from the environment. */
const api = createClient(handler, (grant) => issuer.issue(grant));

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
  await createTableIfMissing(documentClient, ledgerTable(tables.ledger));
  await createTableIfMissing(documentClient, viewsTable(tables.views));
  await createTableIfMissing(documentClient, controlTable(tables.control));
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

/** What the stream's consumer does, at once. */
const projectAll = async () => {
  const shared = {
    documentClient,
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
  };
  const eventStore = createDynamoDbEventStore({ ...shared, tableName: tables.ledger, sha256 });
  const other = createLedger({ stream: 'order/other/1009' }).at(region).append(placed());
  await eventStore.append(other);
  const projection = {
    region,
    eventStore,
    openViews: createDynamoDbViews<OrderView>({ ...shared, tableName: tables.views }),
    alertBus: createInMemoryAlertBus(),
    fold: (entries: Parameters<typeof fold>[0]) => fold(entries, retail),
    version: projectionVersion(retail),
    clock: { nowMs: Date.now },
  };
  for await (const stream of eventStore.streams()) await projectStream(projection, stream, [firstGeneration]);
};

describe('lists of orders over DynamoDB', () => {
  it('pages through what the projector wrote, of one tenant, and explains what a person is asked about', async () => {
    const orderIds = Array.from({ length: 7 }, (_, i) => `100${i + 1}`);
    for (const orderId of orderIds)
      await api.post('/orders', `place-${orderId}`, { orderId, ...placed().data, customerId: `customer ${orderId}` });
    const early = await api.post('/orders/1003/facts', 'ship-1', { type: 'OrderShipped', source: 'carrier' });
    await projectAll();

    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { status: 'placed', limit: '3', ...(cursor !== undefined && { cursor }) };
      const page = await api.get('/orders', { query });
      expect(page.status, JSON.stringify(page.body)).toBe(200);
      listed.push(...page.body.orders.map(({ orderId }: { orderId: string }) => orderId));
      cursor = page.body.cursor;
    } while (cursor !== undefined);
    expect(listed.toSorted()).toEqual(orderIds);

    expect((await api.get('/orders', { query: { customer: 'customer 1002' } })).body).toMatchObject({
      orders: [{ orderId: '1002', customerId: 'customer 1002', token: 'us-east-1:1', region }],
    });
    const { body } = await api.get('/orders', { query: { openCases: 'true' } });
    expect(body).toEqual({ orders: [expect.objectContaining({ orderId: '1003', class: 'illegal', openCases: 1 })] });
    expect(await api.get('/orders/1003/explanation')).toMatchObject({
      status: 200,
      headers: { etag: '"us-east-1:2"' },
      body: { rejected: [{ id: early.body.entry.id, reasons: ['illegal'], types: ['OrderShipped'] }] },
    });
    expect((await api.get('/orders/1009/explanation')).status).toBe(404);
  });

  it('asks to come back when DynamoDB is gone', async () => {
    await engine.stop();
    expect((await api.get('/orders', { query: { status: 'placed' } })).status).toBe(503);
  });
});
