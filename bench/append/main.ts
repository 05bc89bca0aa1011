/**
 * Measures one command on DynamoDB Local and off it: `node bench/append/main.ts [--rounds 200] [--commands 5000] [--json]`.
 */
import { parseArgs } from 'node:util';
import { createTableIfMissing } from '../../infra/dynamodb/create-table.ts';
import { createDocumentClient } from '../../infra/dynamodb/document-client.ts';
import { controlTable, ledgerTable } from '../../infra/dynamodb/ledger-table.ts';
import { startDynamoDbLocal } from '../../infra/world/dynamodb-local.ts';
import { measureAgainstFloor } from './against-floor.ts';
import { countRequests } from './count-requests.ts';
import { measureEntrySizes } from './entry-sizes.ts';
import { reportText } from './report.ts';
import { timeHandler } from './time-handler.ts';

const { values } = parseArgs({
  options: {
    /** Of each kind of command over DynamoDB Local. */
    rounds: { type: 'string', default: '200' },
    /** Of each kind over memory. */
    commands: { type: 'string', default: '5000' },
    json: { type: 'boolean', default: false },
  },
});
const [rounds, commands] = [Number(values.rounds), Number(values.commands)];
const say = (message: string) => process.stderr.write(`${message}\n`);

say(`Timing the handler over memory, ${commands.toLocaleString('en')} commands of each kind …`);
const handler = await timeHandler(commands);
say('Measuring entries of real orders …');
const sizes = await measureEntrySizes();

// Without the options for a quick start: the engine shall be as fast as it gets.
const local = await startDynamoDbLocal({ mode: { kind: 'memory' }, javaOptions: ['-Xmx1g'] });
const documentClient = () =>
  createDocumentClient({
    region: 'us-east-1',
    endpoint: local.endpoint,
    credentials: local.credentials,
    requestTimeoutMs: 60_000,
    connectionTimeoutMs: 20_000,
  });
const clients = [documentClient(), documentClient()] as const;
const [observed, unobserved] = clients;
try {
  const [ledger, control] = ['ledger', 'control'];
  for (const table of [ledgerTable(ledger), controlTable(control)]) await createTableIfMissing(unobserved, table);
  say(`Measuring a command against its floor, ${rounds.toLocaleString('en')} times …`);
  const floor = await measureAgainstFloor({ documentClient: unobserved, ledger, control }, rounds);
  say(`Counting requests, ${rounds.toLocaleString('en')} commands of each kind …`);
  const requests = await countRequests({ documentClient: observed, ledger, control }, rounds);
  const figures = { requests, handler, floor, sizes };
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : reportText(figures));
} finally {
  for (const client of clients) client.destroy();
  await local.stop();
}
