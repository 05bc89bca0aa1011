import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createRegionRelay } from '../../../infra/world/control/region-relay.ts';
import { closeServer, listenLocally } from '../../../infra/world/local-http.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await closeServer(server);
});

const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> => {
  const server = createServer(answer);
  servers.push(server);
  return listenLocally(server, 0);
};

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A region that answers as it is told, and a relay before it. */
const start = async (answerAsked: (response: ServerResponse, asked: Asked) => void = (response) => response.end()) => {
  const asked: Asked[] = [];
  const regionPort = await serve(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { method, url, headers } = incoming;
    const one = { method, url, headers, body: Buffer.concat(chunks) };
    asked.push(one);
    answerAsked(response, one);
  });
  const relay = createRegionRelay([{ name: 'us-east-1', apiUrl: `http://127.0.0.1:${regionPort}` }]);
  const port = await serve((incoming, response) => {
    const path = relay.match(incoming.url ?? '');
    if (path) void relay.answer(path, incoming, response);
    else response.writeHead(418).end();
  });
  return { asked, port, regionPort, url: `http://127.0.0.1:${port}/regions/us-east-1` };
};

describe('the relay to a region', () => {
  it('hands on method, path, query, headers and body as they came', async () => {
    const { asked, url } = await start();
    const body = Buffer.from([0, 255, 10, 13]);

    await fetch(`${url}/orders/a%2Fb/facts?wait=1&wait=2`, {
      method: 'PUT',
      headers: { authorization: 'Bearer t', 'idempotency-key': 'k', 'if-match': '"us-east-1:1"' },
      body,
    });

    expect(asked[0]).toMatchObject({
      method: 'PUT',
      url: '/orders/a%2Fb/facts?wait=1&wait=2',
      headers: {
        authorization: 'Bearer t',
        'idempotency-key': 'k',
        'if-match': '"us-east-1:1"',
        'content-length': '4',
      },
      body,
    });
  });

  it.each(['GET', 'HEAD', 'DELETE', 'OPTIONS'])(
    'hands on a body that comes with %s as the body that it is',
    async (method) => {
      const { asked, port } = await start();
      const body = 'GET /another HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n';
      const headers = { 'content-length': Buffer.byteLength(body) };
      const sent = request({ port, host: '127.0.0.1', method, path: '/regions/us-east-1/orders', headers }).end(body);
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      answer.resume();

      expect(answer.statusCode).toBe(200);
      expect(asked.map((one) => [one.method, one.url, one.body.toString()])).toEqual([[method, '/orders', body]]);
    },
  );

  it('speaks to the region as its own client, of no page and no other connection', async () => {
    const { asked, port, regionPort, url } = await start();
    const headers = {
      origin: `http://127.0.0.1:${port}`,
      referer: `${url}/page`,
      'sec-fetch-site': 'same-origin',
      'sec-fetch-mode': 'cors',
      connection: 'close, x-mine',
      'x-mine': 'for the relay alone',
      'x-yours': 'for the region',
      te: 'trailers',
    };
    const sent = request({ port, host: '127.0.0.1', path: '/regions/us-east-1/orders', headers }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();

    const got = asked[0]?.headers ?? {};
    expect(got).toMatchObject({ host: `127.0.0.1:${regionPort}`, 'x-yours': 'for the region' });
    for (const name of ['origin', 'referer', 'sec-fetch-site', 'sec-fetch-mode', 'x-mine', 'te'])
      expect(got).not.toHaveProperty(name);
  });

  it('hands back status, headers and bytes, and lets no answer act as a page', async () => {
    const { url } = await start((response) => {
      response.writeHead(202, { etag: '"us-east-1:2"', 'content-type': 'text/html', 'rejoin-region': 'us-east-1' });
      response.end(Buffer.from([0xc3, 0x28, 0]));
    });

    const answer = await fetch(`${url}/orders`);

    expect(answer.status).toBe(202);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      etag: '"us-east-1:2"',
      'content-type': 'text/html',
      'rejoin-region': 'us-east-1',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from([0xc3, 0x28, 0]));
  });

  it('hands back an answer without a body', async () => {
    const { url } = await start((response) => response.writeHead(304, { etag: '"1"' }).end());
    const answer = await fetch(`${url}/orders/1`, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('etag')]).toEqual([304, '"1"']);
  });

  it('takes a body of 1 MiB and refuses a longer one', async () => {
    const { asked, url } = await start();
    const post = (bytes: number) => fetch(`${url}/commands`, { method: 'POST', body: Buffer.alloc(bytes, 'x') });

    expect((await post(1024 * 1024)).status).toBe(200);
    expect(asked[0]?.body.length).toBe(1024 * 1024);

    expect((await post(1024 * 1024 + 1)).status).toBe(413);
    expect(asked).toHaveLength(1);
  });

  it('knows the regions of the world alone', async () => {
    const { port } = await start();
    const answer = await fetch(`http://127.0.0.1:${port}/regions/mars-1/orders`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('us-east-1') });
  });

  it.each(['/regions', '/regions/', '/regions/us-east-1', '/regions/us-east-1?x=/y', '/regions//orders'])(
    'has no part in %s',
    async (path) => {
      const { port } = await start();
      expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(418);
    },
  );

  it.each<[string, (response: ServerResponse) => void]>([
    ['hangs up', (response) => void response.destroy()],
    ['answers what is no HTTP', (response) => void response.socket?.end('nonsense\r\n\r\n')],
  ])('says so with a problem when the region %s', async (_, answerAsked) => {
    const { url } = await start(answerAsked);
    const answer = await fetch(`${url}/orders`);
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ title: 'Bad Gateway', detail: 'us-east-1 does not answer' });
  });

  it('says so with a problem when nobody listens there', async () => {
    const relay = createRegionRelay([{ name: 'us-east-1', apiUrl: `http://127.0.0.1:${await freePort()}` }]);
    const port = await serve(
      (incoming, response) => void relay.answer({ region: 'us-east-1', rest: '/orders' }, incoming, response),
    );
    expect((await fetch(`http://127.0.0.1:${port}/regions/us-east-1/orders`)).status).toBe(502);
  });

  it('breaks off an answer that the region breaks off, so that nobody takes a part for the whole', async () => {
    const { url } = await start((response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('a part', () => response.destroy());
    });
    const answer = await fetch(`${url}/orders`);
    await expect(answer.text()).rejects.toThrow();
  });

  it('hangs up on the region when whoever asked has gone', async () => {
    const { promise: regionHungUp, resolve } = Promise.withResolvers<void>();
    const { promise: regionAsked, resolve: onAsked } = Promise.withResolvers<void>();
    const { port } = await start((response) => {
      response.once('close', resolve);
      onAsked();
    });
    const client = connect(port, '127.0.0.1');
    client.write('GET /regions/us-east-1/orders HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    await regionAsked;

    client.destroy();

    await regionHungUp;
  });
});

const freePort = async (): Promise<number> => {
  const server = createServer();
  const port = await listenLocally(server, 0);
  await closeServer(server);
  return port;
};
