/**
 * Measures a rebuild on DynamoDB Local: `node bench/rebuild/main.ts [--entries 20000] [--rounds 3] [--json]`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { fold } from '../../domain/fold/fold.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import { createTableIfMissing } from '../../infra/dynamodb/create-table.ts';
import { createDocumentClient } from '../../infra/dynamodb/document-client.ts';
import { createDynamoDbControlStore } from '../../infra/dynamodb/dynamodb-control-store.ts';
import { createDynamoDbEventStore } from '../../infra/dynamodb/dynamodb-event-store.ts';
import { createDynamoDbViews } from '../../infra/dynamodb/dynamodb-view-store.ts';
import { controlTable, ledgerTable, viewsTable } from '../../infra/dynamodb/ledger-table.ts';
import { createInMemoryAlertBus } from '../../infra/in-memory/in-memory-alert-bus.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { startDynamoDbLocal } from '../../infra/world/dynamodb-local.ts';
import { createSeededRandom } from '../../infra/world/play/seeded-random.ts';
import { createGenerationStore } from '../../projections/generations/generation-store.ts';
import { type OrderView, projectionVersion } from '../../projections/views/order-view.ts';
import { fillLedger } from './fill-ledger.ts';
import { type MeasureDeps, type MeasuredRound, measureRound } from './measure-rebuild.ts';
import { olistEntries } from './olist-entries.ts';
import { summarize, summaryText } from './summary.ts';

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const [entriesMin, rounds, parts] = [Number(values.entries), Number(values.rounds), 8];
const say = (message: string) => process.stderr.write(`${message}\n`);

// Without the options for a quick start: the engine shall be as fast as it gets.
const local = await startDynamoDbLocal({ mode: { kind: 'memory' }, javaOptions: ['-Xmx1g'] });
const documentClient = createDocumentClient({
  region: 'us-east-1',
  endpoint: local.endpoint,
  credentials: local.credentials,
  requestTimeoutMs: 60_000,
  connectionTimeoutMs: 20_000,
});
try {
  const [ledger, views, control] = ['ledger', 'views', 'control'];
  for (const table of [ledgerTable(ledger), viewsTable(views), controlTable(control)])
    await createTableIfMissing(documentClient, table);
  const random = createSeededRandom(1, 'ids');
  const shared = { documentClient, random, sleep: (ms: number) => sleep(ms) };
  const controlStore = createDynamoDbControlStore({ ...shared, tableName: control });
  const deps: MeasureDeps = {
    ...shared,
    ledger,
    views,
    parts,
    region: 'us-east-1',
    eventStore: createDynamoDbEventStore({ ...shared, tableName: ledger, sha256 }),
    openViews: createDynamoDbViews<OrderView>({ ...shared, tableName: views }),
    controlStore,
    generations: createGenerationStore(controlStore),
    alertBus: createInMemoryAlertBus(),
    fold: (entries) => fold(entries, retail),
    version: projectionVersion(retail),
    lifecycleName: retail.name,
    clock: { nowMs: Date.now },
  };
  say(`Filling the ledger with ${entriesMin.toLocaleString('en')} entries …`);
  await fillLedger({ documentClient, tableName: ledger }, olistEntries(entriesMin, random));
  say('Warming up: one round that does not count …');
  await measureRound(deps, 0);
  const measured: MeasuredRound[] = [];
  for (let round = 1; round <= rounds; round++) {
    say(`Round ${round} of ${rounds} …`);
    measured.push(await measureRound(deps, round));
  }
  const summary = summarize(measured);
  process.stdout.write(values.json ? `${JSON.stringify({ ...summary, rounds: measured })}\n` : summaryText(summary));
} finally {
  documentClient.destroy();
  await local.stop();
}
