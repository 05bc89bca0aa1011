/**
 * Cases over a real DynamoDB: the handler as Lambda runs it, with nothing handed in and everything from its environment,
 * in a region into which another one's entries were replicated.
 */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { EventStore } from '../../../domain/ports/event-store.ts';
import { beginCaseLife, stepCaseLife } from '../../../domain/review/case-life.ts';
import { createTableIfMissing } from '../../../infra/dynamodb/create-table.ts';
import { createDocumentClient } from '../../../infra/dynamodb/document-client.ts';
import { createDynamoDbControlStore } from '../../../infra/dynamodb/dynamodb-control-store.ts';
import { createDynamoDbCustomerKeys } from '../../../infra/dynamodb/dynamodb-customer-keys.ts';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { createDynamoDbViews } from '../../../infra/dynamodb/dynamodb-view-store.ts';
import { controlTable, ledgerTable, viewsTable } from '../../../infra/dynamodb/ledger-table.ts';
import { createInMemoryAlertBus } from '../../../infra/in-memory/in-memory-alert-bus.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { createLocalKeyWrap, readKeyFile } from '../../../infra/key-file/key-file.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../../infra/world/dynamodb-local.ts';
import { startTokenIssuer, type TokenIssuer } from '../../../infra/world/token-issuer.ts';
import { firstGeneration } from '../../../projections/generations/generations.ts';
import { projectStream } from '../../../projections/projector/project-stream.ts';
import { type OrderView, projectionVersion } from '../../../projections/views/order-view.ts';
import { handler } from '../../../services/order-api/handler.ts';
import { type CaseLives, createCaseLives } from '../../../services/review/case-lives.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { fact, taken } from '../../support/disputed-orders.ts';
import { useKeyFile } from '../../support/key-file-fixture.ts';
import { createClient, createTestApi } from '../../support/order-api-client.ts';
import { createTestPersonalData } from '../../support/personal-data.ts';

const region = 'us-east-1';
const tables = { ledger: 'cases-ledger', views: 'cases-views', control: 'cases-control' };
const hostile = `'; DROP TABLE orders; -- <img src=x onerror=alert(1)> \u202e\u0000 {{7*7}}`;

const api = createClient(handler, (grant) => issuer.issue(grant));

const keyFile = useKeyFile();
let engine: DynamoDbLocal;
let issuer: TokenIssuer;
let documentClient: DynamoDBDocumentClient;
let eventStore: EventStore;
let lives: CaseLives;

const shared = () => ({
  documentClient,
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
});

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
  eventStore = createDynamoDbEventStore({ ...shared(), tableName: tables.ledger, sha256 });
  lives = createCaseLives(createDynamoDbControlStore({ ...shared(), tableName: tables.control }));
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

/** Another region's API, with the same keys, whose entries cross when it is told to. */
const startPeer = () => {
  const store = createInMemoryEventStore({ sha256 });
  const personalData = createTestPersonalData({
    region: 'eu-west-1',
    keyStore: createDynamoDbCustomerKeys({ ...shared(), tableName: tables.ledger }),
    keyWrap: createLocalKeyWrap(readKeyFile(keyFile)),
  });
  const clock = { nowMs: Date.now };
  return { store, api: createTestApi(store, { region: 'eu-west-1', personalData, clock }) };
};

/** Shipped here, cancelled there: returns the case's id. */
const dispute = async (orderId: string): Promise<string> => {
  const peer = startPeer();
  const stream = `order/acme/${orderId}`;
  await taken(api, '/orders', `place-${orderId}`, { orderId, ...placed().data });
  await fact(api, orderId, 'PaymentCaptured', 'psp', { amount: 9980 });
  for (const entry of (await eventStore.load(stream)).entries) peer.store.replicate(entry);
  await fact(api, orderId, 'OrderShipped', 'carrier');
  const cancelled = { type: 'OrderCancelled', data: { reason: hostile } };
  const { entry } = await taken(peer.api, `/orders/${orderId}/decisions`, `cancel-${orderId}`, cancelled);
  const [crossing] = (await peer.store.load(stream)).entries.filter(({ id }) => id === entry.id);
  if (crossing) await eventStore.append(crossing);
  await project(stream);
  return entry.id;
};

/** What the stream's consumer does, at once. */
const project = (stream: string) =>
  projectStream(
    {
      region,
      eventStore,
      openViews: createDynamoDbViews<OrderView>({ ...shared(), tableName: tables.views }),
      alertBus: createInMemoryAlertBus(),
      fold: (entries) => fold(entries, retail),
      version: projectionVersion(retail),
      clock: { nowMs: Date.now },
    },
    stream,
    [firstGeneration],
  );

const remember = async (orderId: string, caseId: string): Promise<void> => {
  const found = {
    caseId,
    stream: `order/acme/${orderId}`,
    position: 'eu-west-1/0000000001',
    acceptedIn: 'eu-west-1',
  };
  const born = beginCaseLife(found, Date.now());
  const lookAtMs = Date.now() + 60_000;
  await lives.replace(stepCaseLife(born, { kind: 'workflow-drawn', lookAtMs }, Date.now()) ?? born, 0);
};

describe('cases over DynamoDB', () => {
  it('are listed, shown with what is personal, and decided once', async () => {
    const caseId = await dispute('1001');
    await remember('1001', caseId);
    const { body: listed } = await api.get('/cases');
    expect(listed.cases).toMatchObject([{ caseId, orderId: '1001', state: 'waiting', reasons: ['contested'] }]);
    expect((await api.get('/cases', { query: { state: 'open' } })).body).toEqual({ cases: [] });

    const page = await api.get(`/cases/${caseId}`);
    expect(page.status, JSON.stringify(page.body)).toBe(200);
    expect(page.body).toMatchObject({
      state: 'waiting',
      acceptedIn: 'eu-west-1',
      order: { status: 'shipped', provisional: true, fields: { shippingAddress: placed().data['shippingAddress'] } },
      branches: {
        base: { status: 'paid' },
        regions: [{ status: 'cancelled' }, { status: 'shipped' }],
        differences: ['status'],
      },
    });
    const step = page.body.history.find(({ id }: { id: string }) => id === caseId);
    expect(step).toMatchObject({ accepted: false, events: [{ type: 'OrderCancelled', data: { reason: hostile } }] });
    const stored = JSON.stringify((await eventStore.load('order/acme/1001')).entries);
    expect(stored, 'the reason is sealed in the ledger').not.toContain('DROP TABLE');

    const number = page.body.outcomes.findIndex(({ outcome }: { outcome: object }) => 'status' in outcome);
    const { outcome, preview } = page.body.outcomes[number];
    const decide = (key: string, chosen: object) =>
      api.post(
        `/cases/${caseId}/resolution`,
        key,
        { outcome: chosen, reason: hostile },
        {
          headers: { 'if-match': String(page.headers['etag']) },
        },
      );
    const decided = await decide('d-1', outcome);
    expect(decided).toMatchObject({
      status: 201,
      body: { order: { status: preview.status }, decision: { reason: hostile } },
    });
    const before = { status: 200, body: { decidedBefore: true, decision: decided.body.decision } };
    expect(await decide('d-2', {})).toMatchObject(before);
    expect(await decide('d-1', outcome)).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' } });
    expect((await api.get(`/cases/${caseId}`)).body).toMatchObject({
      state: 'settled',
      decisions: [{ reason: hostile, stands: true }],
    });
  });

  it('are decided once when many decide at once', async () => {
    const caseId = await dispute('1002');
    const replies = await Promise.all(
      ['delivered', 'cancelled', 'returned', 'refunded', 'shipped'].map((status) =>
        api.post(`/cases/${caseId}/resolution`, `d-${status}`, { outcome: { status }, reason: 'r', order: '1002' }),
      ),
    );
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 201]);
    expect(new Set(replies.map(({ body }) => body.decision.entryId)).size).toBe(1);
  });

  it('are found from the views page by page, whatever cursor is sent', async () => {
    for (const orderId of ['2001', '2002', '2003']) await dispute(orderId);
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { state: 'open', limit: '1', ...(cursor !== undefined && { cursor }) };
      const { status, body } = await api.get('/cases', { query });
      expect(status).toBe(200);
      found.push(...body.cases.map(({ orderId }: { orderId: string }) => orderId));
      cursor = body.cursor;
    } while (cursor !== undefined);
    expect(found).toEqual(expect.arrayContaining(['2001', '2002', '2003']));
    expect(new Set(found).size).toBe(found.length);
    for (const invented of ['!', '!x', 'x!', '~'])
      for (const state of ['open', 'settled', 'withdrawn'])
        expect((await api.get('/cases', { query: { state, cursor: invented } })).status, invented).toBe(200);
  });
});
