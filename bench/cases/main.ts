/**
 * Measures the lists of cases on DynamoDB Local: `node bench/cases/main.ts [--cases 10000] [--rounds 20] [--json]`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createTableIfMissing } from '../../infra/dynamodb/create-table.ts';
import { createDocumentClient } from '../../infra/dynamodb/document-client.ts';
import { createDynamoDbControlStore } from '../../infra/dynamodb/dynamodb-control-store.ts';
import { createDynamoDbViews } from '../../infra/dynamodb/dynamodb-view-store.ts';
import { controlTable, ledgerTable, viewsTable } from '../../infra/dynamodb/ledger-table.ts';
import { startDynamoDbLocal } from '../../infra/world/dynamodb-local.ts';
import { startHttpTrigger } from '../../infra/world/http-trigger.ts';
import { createGenerationStore } from '../../projections/generations/generation-store.ts';
import { firstGeneration } from '../../projections/generations/generations.ts';
import { createLiveViews } from '../../projections/read-models/live-views.ts';
import type { OrderView } from '../../projections/views/order-view.ts';
import { createCaseLives } from '../../services/review/case-lives.ts';
import { createHttpOrderApi } from '../../test/support/http-order-api.ts';
import { issueTestToken, tester } from '../../test/support/test-tokens.ts';
import { createBenchApi, dynamoDbStores } from '../append/bench-api.ts';
import { fillCases } from './fill-cases.ts';
import { type AskedPage, measurePages, walkPages } from './measure-pages.ts';
import { summaryText } from './summary.ts';

const { values } = parseArgs({
  options: {
    /** That wait; as many more are over. */
    cases: { type: 'string', default: '10000' },
    /** Requests of each page. */
    rounds: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
});
const [cases, rounds] = [Number(values.cases), Number(values.rounds)];
const region = 'us-east-1';
const say = (message: string) => process.stderr.write(`${message}\n`);

const casesPage = (name: string, query: AskedPage['query'] = {}): AskedPage => ({ name, path: '/cases', query });
const waiting = casesPage('waiting, oldest first');
const pages: readonly AskedPage[] = [
  waiting,
  casesPage('waiting, newest first', { sort: 'newest' }),
  casesPage('with a person, oldest first', { state: 'with-a-person' }),
  casesPage('settled, newest first', { state: 'settled' }),
  casesPage('settled, oldest first', { state: 'settled', sort: 'oldest' }),
  casesPage('withdrawn, newest first', { state: 'withdrawn' }),
  { name: 'orders with open cases', path: '/orders', query: { openCases: 'true' } },
];

// Without the options for a quick start: the engine shall be as fast as it gets.
const local = await startDynamoDbLocal({ mode: { kind: 'memory' }, javaOptions: ['-Xmx1g'] });
const { endpoint, credentials } = local;
const documentClient = createDocumentClient({
  region,
  endpoint,
  credentials,
  requestTimeoutMs: 60_000,
  connectionTimeoutMs: 20_000,
});
try {
  const tables = { ledger: 'ledger', views: 'views', control: 'control' };
  for (const table of [ledgerTable(tables.ledger), viewsTable(tables.views), controlTable(tables.control)])
    await createTableIfMissing(documentClient, table);
  const shared = { documentClient, random: Math.random, sleep: (ms: number) => sleep(ms) };
  const controlStore = createDynamoDbControlStore({ ...shared, tableName: tables.control });
  const openViews = createDynamoDbViews<OrderView>({ ...shared, tableName: tables.views });

  say(`Filling the tables with ${(2 * cases).toLocaleString('en')} cases …`);
  const startedAtMs = performance.now();
  const stores = { views: openViews(firstGeneration), lives: createCaseLives(controlStore) };
  await fillCases(stores, { tenant: tester.tenant, cases });
  const fillMs = performance.now() - startedAtMs;

  const generations = createGenerationStore(controlStore);
  const views = createLiveViews({ generations, openViews, clock: { nowMs: Date.now } });
  const trigger = await startHttpTrigger({
    handler: createBenchApi({ ...dynamoDbStores({ documentClient, ...tables }), views }, region),
    functionName: 'order-api',
    region,
    port: 0,
    isOut: () => false,
    onFault: (fault) => say(String(fault)),
  });
  const api = createHttpOrderApi(`http://127.0.0.1:${trigger.port}`, { token: await issueTestToken(tester) });
  try {
    say('Walking through all that wait …');
    const { lastCursor, ...walk } = await walkPages(api, waiting);
    const last =
      lastCursor === undefined ? [] : [casesPage('waiting, last page by its cursor', { cursor: lastCursor })];
    say(`Asking for ${pages.length + last.length} pages, ${rounds} times each …`);
    const summary = { cases, fillMs, pages: await measurePages(api, [...pages, ...last], rounds), walk };
    process.stdout.write(values.json ? `${JSON.stringify(summary)}\n` : summaryText(summary));
  } finally {
    api.close();
    await trigger.stop();
  }
} finally {
  documentClient.destroy();
  await local.stop();
}
