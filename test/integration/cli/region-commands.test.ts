/** The commands that work on a region, as processes of their own, on a world that another process runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type _Record,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { DeleteCommand, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDocumentClient } from '../../../infra/dynamodb/document-client.ts';
import { rowView } from '../../../infra/dynamodb/view-keys.ts';
import { createSqsClient } from '../../../infra/sqs/sqs-client.ts';
import { connectRegion } from '../../../services/cli/connect-region.ts';
import { readWorld, type WorldEnvironment } from '../../../services/cli/read-world.ts';
import type { RegionPorts } from '../../../services/cli/region-ports.ts';
import { decide, placeOrder, recordFact, shopAt, streamOf } from '../../support/world-client.ts';

const main = fileURLToPath(new URL('../../../services/cli/main.ts', import.meta.url));
/** Below the ports that the system gives to outgoing connections. */
const portBase = 20_000 + Math.floor(Math.random() * 12_000);
const us = shopAt(portBase, portBase + 1);

/** Two databases, two hosts and many short processes, on a machine that may be busy. */
const hookMsMax = 240_000;

let directory = '';
const running: ChildProcess[] = [];
let environment: WorldEnvironment = {};
let ports: RegionPorts;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rejoin-region-'));
  await boot();
  const world = await readWorld(portBase);
  if (world.kind !== 'world') throw new Error('the world answers');
  environment = world.regions[0].environment ?? {};
  const connection = await connectRegion({ aws: false, portBase });
  if (connection.kind !== 'connected') throw new Error(connection.message);
  ports = connection.ports;
  for (const orderId of ['plain', 'early-return', 'tampered', 'removed', 'lost']) {
    await placeOrder(us, orderId);
    await recordFact(us, orderId, { type: 'PaymentCaptured', source: 'psp', data: { amount: 4990 } });
  }
  await recordFact(us, 'early-return', { type: 'OrderPacked', source: 'warehouse' });
  await until('the views to be there', async () => (await rejoin(['orders', 'show', 'lost'])).exitCode === 0);
}, hookMsMax);
afterAll(async () => {
  ports?.close();
  for (const child of running.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  rmSync(directory, { recursive: true });
}, hookMsMax);

describe('rejoin on a region of the world', () => {
  it('shows orders and totals', async () => {
    const paid = await until('all orders to be listed', async () => {
      const listed = await rejoin(['orders', 'list', '--status', 'paid', '--region', 'us-east-1']);
      return listed.output.split('\n').length === 6 && listed;
    });
    expect(paid.errors).toBe('');
    expect(await rejoin(['orders', 'totals', '--json'])).toMatchObject({
      exitCode: 0,
      errors: expect.stringContaining('region us-east-1 of the world'),
      output: expect.stringContaining('"orders":5'),
    });
    expect(await rejoin(['orders', 'show', 'nobody'])).toMatchObject({ exitCode: 1, output: '' });
  });

  it('rebuilds, and cleans what the rebuild has replaced', async () => {
    const rebuilt = await rejoin(['rebuild', '--json', '--parts', '2']);
    expect(rebuilt.exitCode).toBe(0);
    expect(JSON.parse(rebuilt.output)).toMatchObject({ kind: 'switched', rows: { differences: 0 } });
    expect(rebuilt.errors).toContain('entries');
    expect((await rejoin(['generations'])).output).toMatch(/g0001 +retired.*\n.*live/);
    expect(await rejoin(['generations', 'clean', '--now'])).toMatchObject({ exitCode: 0, output: 'removed g0001\n' });
    expect(await rejoin(['orders', 'show', 'plain'])).toMatchObject({ exitCode: 0 });
    expect(await rejoin(['generations', 'abandon', 'g0002'])).toMatchObject({ exitCode: 1, output: '' });
  });

  it('tells which orders a lifecycle in a file would change', async () => {
    await decide(us, 'early-return', 'OrderCancelled');
    const file = join(directory, 'lifecycle.ts');
    writeFileSync(
      file,
      `import type { LifecycleDefinition } from '${fileURLToPath(new URL('../../../domain/lifecycle/define-lifecycle.ts', import.meta.url))}';
      export default ({ retail }: { retail: LifecycleDefinition }): LifecycleDefinition => {
        const { OrderCancelled } = retail.events;
        return { ...retail, events: { ...retail.events, OrderCancelled: { ...OrderCancelled!, transitions: [{ from: ['placed', 'paid'], to: 'cancelled' }] } } };
      };`,
    );
    const told = await rejoin(['what-if', '--lifecycle', file]);
    expect(told.exitCode).toBe(1);
    expect(told.output).toMatch(/^order\/default\/early-return {2}status cancelled → packed {2}class none → illegal/);
    expect(told.output).toMatch(/\n1 of 5 orders/);
    writeFileSync(file, 'export default {');
    expect(await rejoin(['what-if', '--lifecycle', file])).toMatchObject({
      exitCode: 2,
      output: '',
      errors: expect.stringMatching(/rejoin what-if: .* cannot be loaded: /),
    });
  });

  it('repairs what was changed and what was removed in place, in both regions', async () => {
    using tables = openTables();
    const ledger = tables.client;
    const keyOf = (orderId: string) => ({ stream: streamOf(orderId), position: 'us-east-1/0000000002' });
    const itemOf = async (orderId: string) =>
      (await ledger.send(new GetCommand({ TableName: 'ledger', Key: keyOf(orderId), ConsistentRead: true }))).Item;
    const before = [await itemOf('tampered'), await itemOf('removed')];
    await ledger.send(
      new UpdateCommand({
        TableName: 'ledger',
        Key: keyOf('tampered'),
        UpdateExpression: 'SET #body = :body',
        ExpressionAttributeNames: { '#body': 'body' },
        ExpressionAttributeValues: { ':body': '{"amount":1}' },
      }),
    );
    await ledger.send(new DeleteCommand({ TableName: 'ledger', Key: keyOf('removed') }));

    const dry = await until('the projector to see it', async () => {
      const said = await rejoin(['repair', '--dry-run', '--json']);
      return said.output.split('\n').length === 3 && said;
    });
    expect(dry.exitCode).toBe(1);
    const repaired = await rejoin(['repair']);
    expect(repaired).toMatchObject({ exitCode: 0, errors: expect.stringContaining('2 restored.') });
    expect([await itemOf('tampered'), await itemOf('removed')]).toEqual(before);
    await until('the other region to be whole', async () => {
      const other = await rejoin(['repair', '--scan', '--region', 'eu-west-1']);
      return other.exitCode === 0;
    });
    expect(await rejoin(['repair', '--scan'])).toMatchObject({ exitCode: 0 });
    expect((await ports.eventStore.load(streamOf('tampered'))).damaged).toEqual([]);
  });

  it('lists, replays and discards dead letters', async () => {
    const stream = streamOf('plain');
    await ports.deadLetterQueue?.send({
      kind: 'poison',
      region: 'us-east-1',
      stream,
      reason: 'TypeError: the fold broke',
      firstSequenceNumber: '1',
      lastSequenceNumber: '2',
      atMs: Date.now(),
    });
    await send('hello');
    const listed = await rejoin(['dlq', 'list', '--json']);
    const letters = listed.output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(letters).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'poison', stream }),
        expect.objectContaining({ kind: 'unknown', text: 'hello' }),
      ]),
    );

    const replayed = await rejoin(['dlq', 'replay', '--all']);
    expect(replayed.exitCode).toBe(1);
    expect(replayed.output).toMatch(new RegExp(`replayed +\\S+ +${stream}: `));
    expect(replayed.output).toMatch(/kept +\S+ +no letter of Rejoin/);

    const { id } = letters.find(({ kind }) => kind === 'unknown');
    expect(await rejoin(['dlq', 'discard', id])).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('hello'),
    });
    expect(await rejoin(['dlq', 'list'])).toMatchObject({ output: '', errors: expect.stringContaining('is empty') });
  });

  it('replays a range of the stream, and sweeps the ledger where the stream has forgotten it', async () => {
    const { streamArn, shardId, records } = await readStream();
    const numbers = records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? '');
    // A row that got lost with its doorbell.
    const forget = async () => {
      const { generations } = await ports.generations.read();
      const live = generations.find(({ state }) => state === 'live')?.name ?? '';
      using tables = openTables();
      const Key = { stream: streamOf('lost'), view: rowView(live) };
      await tables.client.send(new DeleteCommand({ TableName: 'views', Key }));
    };
    await forget();
    await send(onFailureRecord({ streamArn, shardId, first: numbers[0] ?? '', last: numbers.at(-1) ?? '' }));
    expect(await rejoin(['dlq', 'replay', '--all'])).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/replayed +\S+ +5 orders of its range/),
    });
    expect(await rejoin(['orders', 'show', 'lost'])).toMatchObject({ exitCode: 0 });

    await forget();
    await send(
      onFailureRecord({ streamArn, shardId: `${shardId}-gone`, first: numbers[0] ?? '', last: numbers.at(-1) ?? '' }),
    );
    expect(await rejoin(['dlq', 'replay', '--all'])).toMatchObject({
      exitCode: 0,
      errors: expect.stringContaining('no longer has these records'),
      output: expect.stringMatching(/its range is forgotten: 5 orders compared, \d were behind/),
    });
    expect(await rejoin(['orders', 'show', 'lost'])).toMatchObject({ exitCode: 0 });
  });
});

/** Past every port, as whoever should not. */
const openTables = () => {
  const client = createDocumentClient({
    region: 'us-east-1',
    endpoint: environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
    requestTimeoutMs: 20_000,
  });
  return { client, [Symbol.dispose]: () => client.destroy() };
};

describe('rejoin, used wrongly', () => {
  it.each([
    ['a region that the world has not', ['generations', '--region', 'mars-1'], 'must be one of us-east-1, eu-west-1'],
    ['no list', ['orders', 'list'], 'say one of --status, --customer and --open-cases'],
    ['two lists', ['orders', 'list', '--open-cases', '--status', 'paid'], 'say one of'],
    ['a status that there is not', ['orders', 'list', '--status', 'flying'], 'must be one of none, placed'],
    ['neither a letter nor all', ['dlq', 'replay'], 'either the id of a letter, or --all'],
    ['a letter and all', ['dlq', 'replay', 'x', '--all'], 'either the id of a letter, or --all'],
    ['no parts', ['rebuild', '--parts', '0'], 'from 1 to'],
    ['a lifecycle that is not there', ['what-if', '--lifecycle', 'nothing.ts'], 'there is no file'],
  ])('ends with 2 on %s', async (_, args, message) => {
    expect(await rejoin(args)).toMatchObject({ exitCode: 2, output: '', errors: expect.stringContaining(message) });
  });
});

const send = async (body: string): Promise<void> => {
  const client = createSqsClient({
    region: 'us-east-1',
    endpoint: environment['AWS_ENDPOINT_URL_SQS'] ?? '',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  await client.send(new SendMessageCommand({ QueueUrl: environment['DEAD_LETTER_QUEUE_URL'], MessageBody: body }));
  client.destroy();
};

/** As Lambda leaves it. */
const onFailureRecord = (range: { streamArn: string; shardId: string; first: string; last: string }): string => {
  const now = new Date().toISOString();
  return JSON.stringify({
    requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
    timestamp: now,
    DDBStreamBatchInfo: {
      shardId: range.shardId,
      startSequenceNumber: range.first,
      endSequenceNumber: range.last,
      approximateArrivalOfFirstRecord: now,
      approximateArrivalOfLastRecord: now,
      batchSize: 2,
      streamArn: range.streamArn,
    },
  });
};

/** The ledger's records, of the one shard that there is. */
const readStream = async (): Promise<{ streamArn: string; shardId: string; records: readonly _Record[] }> => {
  const client = ports.streamsClient;
  const { Streams: streams = [] } = await client.send(new ListStreamsCommand({ TableName: 'ledger' }));
  const streamArn = streams[0]?.StreamArn ?? '';
  const { StreamDescription: described } = await client.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  const shardId = described?.Shards?.[0]?.ShardId ?? '';
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamArn: streamArn, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  const { Records: records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
  return { streamArn, shardId, records };
};

const rejoin = async (args: readonly string[]) => {
  const child = spawn(process.execPath, [main, ...args, '--port-base', String(portBase)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const [output, errors] = [collectText(child, 'stdout'), collectText(child, 'stderr')];
  const [exitCode] = await once(child, 'close');
  return { exitCode, output: output(), errors: errors() };
};

/** Resolves once the world says that it is up. */
const boot = async (): Promise<void> => {
  const args = ['up', '--state', join(directory, 'state'), '--port-base', String(portBase)];
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  running.push(child);
  const said = collectText(child, 'stderr');
  await until('the world to come up', async () => {
    if (child.exitCode !== null) throw new Error(said());
    return said().includes('The world is up');
  });
};

/** Tries until it holds. */
const until = async <Held>(what: string, holds: () => Promise<Held | false>): Promise<Held> => {
  for (let tries = 0; tries < 300; tries++) {
    const held = await holds();
    if (held !== false) return held;
    await new Promise((wake) => setTimeout(wake, 200));
  }
  throw new Error(`waited in vain for ${what}`);
};

const collectText = (child: ChildProcess, output: 'stdout' | 'stderr'): (() => string) => {
  let text = '';
  child[output]?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
};
