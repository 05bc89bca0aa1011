import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createOrderClient, type OrderClientOptions } from '../../../infra/world/play/order-client.ts';

let server: Server | undefined;
afterEach(() => server?.closeAllConnections());
afterEach(() => server?.close());

const serve = async (listener: RequestListener): Promise<string> => {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`;
};

const slept: number[] = [];
const createClient = (
  nowMs: () => number = () => 0,
  ends: Partial<Pick<OrderClientOptions, 'over' | 'cut' | 'sleep'>> = {},
) => {
  slept.length = 0;
  return createOrderClient({
    socketsMax: 2,
    random: () => 0.5,
    nowMs,
    sleep: async (ms) => void slept.push(ms),
    giveUpAfterMs: 1_000,
    ...ends,
  });
};
const post = (client: ReturnType<typeof createClient>, url: string) =>
  client.post({ url, headers: { 'idempotency-key': 'key-1' }, body: '{"a":1}' });

describe('the order client', () => {
  it('returns an answer as it came, refusals too', async () => {
    const url = await serve((_, response) =>
      response.writeHead(409).end('{"type":"urn:rejoin:problem:illegal-transition"}'),
    );
    const client = createClient();
    expect(await post(client, url)).toEqual({
      kind: 'answered',
      tries: 1,
      answer: { status: 409, isReplayed: false, body: { type: 'urn:rejoin:problem:illegal-transition' } },
    });
    client.close();
  });

  it('sends the same request under the same key again after a 503, a 429 and a lost connection', async () => {
    const seen: string[] = [];
    const url = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      seen.push(`${request.headers['idempotency-key']} ${body}`);
      if (seen.length === 1) response.writeHead(503).end();
      else if (seen.length === 2) response.writeHead(429).end();
      else if (seen.length === 3) request.socket.destroy();
      else response.writeHead(201, { 'idempotency-replayed': 'true' }).end('{}');
    });
    const client = createClient();
    expect(await post(client, url)).toMatchObject({
      kind: 'answered',
      tries: 4,
      answer: { status: 201, isReplayed: true },
    });
    expect(seen).toEqual(Array.from({ length: 4 }, () => 'key-1 {"a":1}'));
    expect(slept).toEqual([10, 20, 40]);
    client.close();
  });

  it('sends nothing again that another region has to take', async () => {
    const url = await serve((_, response) => response.writeHead(503).end('{"type":"urn:rejoin:problem:not-admitted"}'));
    const client = createClient();
    expect(await post(client, url)).toMatchObject({ kind: 'answered', tries: 1, answer: { status: 503 } });
    client.close();
  });

  it('gives up when its time is up, and says why', async () => {
    let nowMs = 0;
    const url = await serve((_, response) => {
      nowMs += 400;
      response.writeHead(503).end();
    });
    const client = createClient(() => nowMs);
    expect(await post(client, url)).toEqual({ kind: 'gave-up', reason: 'answered 503', tries: 3 });
    client.close();
  });

  it('takes an answer that is no JSON object for an empty one', async () => {
    const url = await serve((_, response) => response.writeHead(200).end('<html>'));
    const client = createClient();
    expect(await post(client, url)).toMatchObject({ kind: 'answered', answer: { status: 200, body: {} } });
    client.close();
  });

  it('still takes the answer that is under way when it is over, and does not send again', async () => {
    const over = new AbortController();
    const statuses = [201, 503];
    let requests = 0;
    const url = await serve((_, response) => {
      over.abort();
      response.writeHead(statuses[requests++] ?? 200).end('{}');
    });
    const client = createClient(() => 0, { over: over.signal });
    expect(await post(client, url)).toMatchObject({ kind: 'answered', answer: { status: 201 } });
    expect(await post(client, url)).toEqual({ kind: 'gave-up', reason: 'answered 503', tries: 1 });
    client.close();
  });

  it('does not send again what was waiting to be when it was over', async () => {
    const over = new AbortController();
    let requests = 0;
    const url = await serve((_, response) => {
      requests++;
      response.writeHead(503).end('{}');
    });
    const client = createClient(() => 0, { over: over.signal, sleep: async () => over.abort() });
    expect(await post(client, url)).toEqual({ kind: 'gave-up', reason: 'answered 503', tries: 1 });
    expect(requests).toBe(1);
    client.close();
  });

  it('waits for no answer any more when it is cut', async () => {
    const [over, cut] = [new AbortController(), new AbortController()];
    const url = await serve(() => {
      over.abort();
      cut.abort();
    });
    const client = createClient(() => 0, { over: over.signal, cut: cut.signal });
    expect(await post(client, url)).toMatchObject({ kind: 'gave-up', tries: 1 });
    client.close();
  });
});
