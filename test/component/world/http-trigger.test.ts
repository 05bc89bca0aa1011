import { request } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import { type HttpTrigger, startHttpTrigger } from '../../../infra/world/http-trigger.ts';

let trigger: HttpTrigger | undefined;
afterEach(() => trigger?.stop());

describe('http trigger', () => {
  it('hands the handler what API Gateway would', async () => {
    const api = await start();

    await api.send('POST', '/orders/a%20b/facts?wait=1&tag=x&tag=y', {
      headers: { 'content-type': 'application/json', 'Idempotency-Key': 'k', cookie: 'a=1; b=2' },
      body: '{"å":1}',
    });

    expect(api.events[0]).toMatchObject({
      version: '2.0',
      rawPath: '/orders/a b/facts',
      rawQueryString: 'wait=1&tag=x&tag=y',
      queryStringParameters: { wait: '1', tag: 'x,y' },
      headers: { 'idempotency-key': 'k', 'content-type': 'application/json' },
      cookies: ['a=1', 'b=2'],
      body: '{"å":1}',
      isBase64Encoded: false,
      requestContext: { http: { method: 'POST', path: '/orders/a b/facts', sourceIp: '127.0.0.1' } },
    });
    expect(api.events[0]?.headers).not.toHaveProperty('cookie');
  });

  it('hands bytes on in base64', async () => {
    const api = await start();

    await api.send('POST', '/', {
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from([0, 255]),
    });

    expect(api.events[0]).toMatchObject({ body: Buffer.from([0, 255]).toString('base64'), isBase64Encoded: true });
  });

  it('leaves a body out where there is none, and a path alone that cannot be decoded', async () => {
    const api = await start();

    await api.send('GET', '/orders/%E0%A4%A');

    expect(api.events[0]).toMatchObject({ rawPath: '/orders/%E0%A4%A', isBase64Encoded: false });
    expect(api.events[0]).not.toHaveProperty('body');
  });

  it('answers what the handler answers', async () => {
    const api = await start(async () => ({
      statusCode: 201,
      headers: { etag: '"us-east-1:1"', 'x-number': 7 },
      cookies: ['a=1'],
      body: Buffer.from('{"ok":true}').toString('base64'),
      isBase64Encoded: true,
    }));

    const answer = await api.send('GET', '/');

    expect(answer).toMatchObject({ status: 201, body: '{"ok":true}' });
    expect(answer.headers).toMatchObject({ etag: '"us-east-1:1"', 'x-number': '7', 'set-cookie': ['a=1'] });
  });

  it('answers 500 when the handler throws, without saying why', async () => {
    const api = await start(async () => {
      throw new Error('secret');
    });

    const answer = await api.send('GET', '/');

    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain('secret');
    expect(String(api.faults)).toContain('secret');
  });

  it('answers 503 while its region is out', async () => {
    const api = await start();
    api.isOut = true;

    expect(await api.send('GET', '/health')).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(api.events).toEqual([]);
  });

  it.each([
    ['the name of another host', { host: 'evil.example' }],
    ['the port of another server', { host: '127.0.0.1:1' }],
    ['a page of another site', { origin: 'http://evil.example' }],
    ['a page without an origin of its own', { origin: 'null' }],
  ])('refuses requests under %s', async (_, headers) => {
    const api = await start();

    expect(await api.send('POST', '/orders', { headers, body: '{}' })).toMatchObject({ status: 403 });
    expect(api.events).toEqual([]);
  });

  it('takes localhost for a name, and its own pages', async () => {
    const api = await start();
    const host = `localhost:${api.port}`;

    expect(await api.send('GET', '/', { headers: { host, origin: `http://${host}` } })).toMatchObject({ status: 200 });
  });

  it('refuses a body of more than 1 MiB, also when its length is not said', async () => {
    const api = await start();
    const body = Buffer.alloc(1024 * 1024 + 1, 32);

    expect(await api.send('POST', '/orders', { body })).toMatchObject({ status: 413 });
    expect(await api.send('POST', '/orders', { body, headers: { 'transfer-encoding': 'chunked' } })).toMatchObject({
      status: 413,
    });
    expect(api.events).toEqual([]);
    expect(await api.send('POST', '/orders', { body: body.subarray(1) })).toMatchObject({ status: 200 });
  });

  it('says which port is in use', async () => {
    const { port } = await start();

    await expect(startHttpTrigger({ ...quiet, port })).rejects.toMatchObject({ code: 'port-in-use', port });
  });
});

const quiet = {
  handler: async () => ({ statusCode: 200 }),
  functionName: 'order-api',
  region: 'us-east-1',
  port: 0,
  isOut: () => false,
  onFault: () => undefined,
};

const start = async (answer: () => Promise<APIGatewayProxyStructuredResultV2> = async () => ({ statusCode: 200 })) => {
  const api = { isOut: false, events: [] as APIGatewayProxyEventV2[], faults: [] as unknown[] };
  trigger = await startHttpTrigger({
    ...quiet,
    handler: (event) => {
      api.events.push(event);
      return answer();
    },
    isOut: () => api.isOut,
    onFault: (fault) => api.faults.push(fault),
  });
  const { port } = trigger;
  return Object.assign(api, {
    port,
    send: (method: string, path: string, options = {}) => send(port, method, path, options),
  });
};

interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** fetch lets nobody choose Host or Origin. */
const send = (port: number, method: string, path: string, { headers = {}, body = '' }: SendOptions) =>
  new Promise<{ status: number; headers: object; body: string }>((resolve, reject) => {
    const length = headers['transfer-encoding'] === undefined ? { 'content-length': Buffer.byteLength(body) } : {};
    const sent = request({ host: '127.0.0.1', port, method, path, headers: { ...length, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
      response.on('error', reject);
    });
    // A server that refuses a body closes before all of it is sent; its answer came first.
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
    });
    sent.end(body);
  });
