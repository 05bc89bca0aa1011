import { request } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import type { CorsOptions } from '../../../infra/world/answer-cors.ts';
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
    const api = await start({
      answer: async () => ({
        statusCode: 201,
        headers: { etag: '"us-east-1:1"', 'x-number': 7 },
        cookies: ['a=1'],
        body: Buffer.from('{"ok":true}').toString('base64'),
        isBase64Encoded: true,
      }),
    });

    const answer = await api.send('GET', '/');

    expect(answer).toMatchObject({ status: 201, body: '{"ok":true}' });
    expect(answer.headers).toMatchObject({ etag: '"us-east-1:1"', 'x-number': '7', 'set-cookie': ['a=1'] });
  });

  it('answers 500 when the handler throws, without saying why', async () => {
    const api = await start({
      answer: async () => {
        throw new Error('secret');
      },
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

  describe('with pages of another origin let in', () => {
    const origin = 'https://dashboard.example';
    const cors = { allowOrigins: [origin] };

    it('answers what a browser asks before by itself, as API Gateway does', async () => {
      const api = await start({ cors });

      const { status, headers } = await api.send('OPTIONS', '/cases/1/resolution', {
        headers: {
          origin,
          'sec-fetch-site': 'cross-site',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,if-match',
        },
      });

      expect(status).toBe(204);
      expect(headers).toMatchObject({
        vary: 'origin',
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'authorization,content-type,idempotency-key,if-match,rejoin-token',
        'access-control-max-age': '7200',
      });
      expect(api.events).toEqual([]);
    });

    it('lets them read every answer, also its headers and one that is none of the function', async () => {
      const api = await start({ cors });
      const headers = { origin, 'sec-fetch-site': 'cross-site' };
      const readable = {
        vary: 'origin',
        'access-control-allow-origin': origin,
        'access-control-expose-headers': expect.stringMatching(/\betag\b.*\bretry-after\b/),
      };

      expect(await api.send('GET', '/orders', { headers })).toMatchObject({ status: 200, headers: readable });
      const tooLarge = await api.send('POST', '/orders', { headers, body: Buffer.alloc(1024 * 1024 + 1, 32) });
      expect(tooLarge).toMatchObject({ status: 413, headers: readable });
    });

    it.each([
      ['another origin', { origin: 'https://evil.example' }],
      ['an origin that only begins alike', { origin: `${origin}.evil.example` }],
      ['the same name over another scheme', { origin: 'http://dashboard.example' }],
      ['no origin of its own', { origin: 'null' }],
      ['no origin, from another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }],
      ['the right origin under the name of another host', { origin, host: 'evil.example' }],
    ])('lets nobody in by %s', async (_, headers) => {
      const api = await start({ cors });

      const preflight = await api.send('OPTIONS', '/orders', { headers });
      const answer = await api.send('POST', '/orders', { headers, body: '{}' });

      for (const { status, headers } of [preflight, answer]) {
        expect(status).toBe(403);
        expect(headers).not.toHaveProperty('access-control-allow-origin');
      }
      expect(api.events).toEqual([]);
    });

    it('still takes its own pages, and who is no browser', async () => {
      const api = await start({ cors });

      expect(await api.send('GET', '/')).toMatchObject({ status: 200 });
      const own = { origin: `http://127.0.0.1:${api.port}` };
      expect(await api.send('GET', '/', { headers: own })).toMatchObject({ status: 200 });
    });

    it('hands OPTIONS on where nobody else is let in', async () => {
      const api = await start();

      expect(await api.send('OPTIONS', '/orders')).toMatchObject({ status: 200 });
      expect(api.events).toHaveLength(1);
    });
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

interface StartOptions {
  readonly answer?: () => Promise<APIGatewayProxyStructuredResultV2>;
  readonly cors?: CorsOptions;
}

const start = async ({ answer = quiet.handler, cors }: StartOptions = {}) => {
  const api = { isOut: false, events: [] as APIGatewayProxyEventV2[], faults: [] as unknown[] };
  trigger = await startHttpTrigger({
    ...quiet,
    ...(cors && { cors }),
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
