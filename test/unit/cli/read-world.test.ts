import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { connectRegion } from '../../../services/cli/connect-region.ts';
import { findUnsafe, readWorld } from '../../../services/cli/read-world.ts';

const environment = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8000',
  AWS_ENDPOINT_URL_DYNAMODB_STREAMS: 'http://127.0.0.1:8000',
  AWS_ENDPOINT_URL_SQS: 'http://localhost:8001',
  AWS_ENDPOINT_URL_EVENTBRIDGE: 'http://127.0.0.1:8001',
  DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1:8001/000000000000/projector-dead-letters',
};

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

/** Answers whatever is asked with this. */
const serve = async (answer: unknown, status = 200): Promise<number> => {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
};

const world = (...regions: readonly object[]) => ({ engine: 'dynamodb-local', regions });
const us = { name: 'us-east-1', apiUrl: 'http://127.0.0.1:1', environment };
const eu = {
  name: 'eu-west-1',
  apiUrl: 'http://127.0.0.1:2',
  environment: { ...environment, AWS_REGION: 'eu-west-1' },
};

const connect = async (answer: unknown, choice: { readonly region?: string } = {}) => {
  const connection = await connectRegion({ aws: false, portBase: await serve(answer), ...choice });
  if (connection.kind === 'connected') cleanups.push(connection.ports.close);
  return connection;
};

describe('what the world says of its regions', () => {
  it('is safe when every address is on this machine and everything is there', () => {
    expect(findUnsafe(environment)).toBeUndefined();
    expect(findUnsafe({ ...environment, WITNESS: 'eu-central-1=http://127.0.0.1:8002' })).toBeUndefined();
  });

  it.each(Object.keys(environment))('is not safe without %s', (name) => {
    expect(findUnsafe({ ...environment, [name]: '' })).toBe(`${name} is missing`);
  });

  it.each([
    ['AWS_ENDPOINT_URL_DYNAMODB', 'http://dynamodb.us-east-1.amazonaws.com'],
    ['AWS_ENDPOINT_URL_SQS', 'https://127.0.0.1'],
    ['AWS_ENDPOINT_URL_EVENTBRIDGE', 'http://127.0.0.1.evil.example'],
    ['AWS_ENDPOINT_URL_EVENTBRIDGE', 'http://127.0.0.1:80@evil.example'],
    ['DEAD_LETTER_QUEUE_URL', 'http://evil.example/queue'],
    ['AWS_ENDPOINT_URL', 'http://evil.example'],
    ['AWS_ENDPOINT_URL_DYNAMODB', 'not a url'],
    ['WITNESS', 'eu-central-1'],
    ['WITNESS', 'eu-central-1=https://dynamodb.eu-central-1.amazonaws.com'],
  ])('is not safe with %s = %s', (name, value) => {
    expect(findUnsafe({ ...environment, [name]: value })).toBe(`${name} is not an address on this machine`);
  });

  it('is told apart from nothing, and from another program', async () => {
    expect(await readWorld(await serve(world(us)))).toMatchObject({ kind: 'world' });
    expect(await readWorld(await serve({ hello: 1 }))).toMatchObject({ kind: 'invalid' });
    expect(await readWorld(await serve(world()))).toMatchObject({ kind: 'invalid' });
    expect(await readWorld(1)).toEqual({ kind: 'no-world' });
  });
});

describe('connect to a region', () => {
  it("takes the world's first region when none is named, and says so", async () => {
    expect(await connect(world(us, eu))).toMatchObject({
      kind: 'connected',
      ports: { region: 'us-east-1' },
      note: expect.stringContaining('region us-east-1 of the world on port'),
    });
    expect(await connect(world(us, eu), { region: 'eu-west-1' })).toMatchObject({ ports: { region: 'eu-west-1' } });
  });

  it('names the regions that there are when another one is asked for', async () => {
    expect(await connect(world(us, eu), { region: 'mars-1' })).toEqual({
      kind: 'usage',
      message: '--region must be one of us-east-1, eu-west-1',
    });
  });

  it('says that a world in memory cannot be reached', async () => {
    expect(await connect(world({ name: 'us-east-1', apiUrl: 'x' }))).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('runs in memory'),
    });
  });

  it('goes nowhere that is not on this machine', async () => {
    const elsewhere = { ...us, environment: { ...environment, AWS_ENDPOINT_URL_SQS: 'http://evil.example' } };
    expect(await connect(world(elsewhere))).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('AWS_ENDPOINT_URL_SQS is not an address on this machine'),
    });
    expect(await connect(world({ ...us, name: 'eu-west-1' }))).toMatchObject({ kind: 'failed' });
  });

  it('reads the settings of AWS from the environment, and needs a region there', async () => {
    const aws = { aws: true, portBase: 1 };
    expect(await connectRegion(aws, {})).toMatchObject({ kind: 'usage', message: expect.stringContaining('--region') });
    expect(await connectRegion(aws, { AWS_REGION: 'us-east-1', LEDGER_TABLE: '?' })).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('LEDGER_TABLE'),
    });
    const connection = await connectRegion({ ...aws, region: 'eu-west-1' }, { AWS_REGION: 'us-east-1' });
    expect(connection).toMatchObject({
      kind: 'connected',
      ports: { region: 'eu-west-1', deadLetterQueue: undefined },
      note: 'region eu-west-1 of AWS',
    });
    if (connection.kind === 'connected') connection.ports.close();
  });
});
