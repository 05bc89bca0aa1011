/**
 * Calls an order API over real HTTP with the client interface of the unit tests, so that one test can drive either.
 */
import { Agent, request } from 'node:http';
import type { OrderApiClient, Reply, RequestOptions } from './order-api-client.ts';

export interface HttpOrderApi extends OrderApiClient {
  readonly close: () => void;
}

export interface HttpOrderApiOptions {
  /** Sent with every request that names no other. */
  readonly token?: string;
}

/** A connection that is lost is a rejected promise. */
export const createHttpOrderApi = (apiUrl: string, { token }: HttpOrderApiOptions = {}): HttpOrderApi => {
  // Hangs up what it does not use long before the server does: who sends while that hangs up finds it broken.
  const agent = new Agent({ keepAlive: true, maxSockets: socketsMax, timeout: answerTimeoutMs });
  const send = (method: string, path: string, { headers = {}, query, rawBody }: RequestOptions = {}): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const url = `${apiUrl}${path}${query ? `?${new URLSearchParams(query)}` : ''}`;
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const sent = request(
        url,
        { agent, method, timeout: answerTimeoutMs, headers: { ...authorization, ...headers } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({
              status: response.statusCode ?? 0,
              headers: Object.fromEntries(
                Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
              ),
              body: text === '' ? undefined : JSON.parse(text),
            });
          });
        },
      );
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${answerTimeoutMs} ms`)));
      sent.on('error', reject);
      sent.end(rawBody);
    });
  return {
    send,
    get: (path, options) => send('GET', path, options),
    post: (path, key, body, { headers, ...options } = {}) =>
      send('POST', path, {
        rawBody: JSON.stringify(body),
        ...options,
        headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
      }),
    close: () => agent.destroy(),
  };
};

const socketsMax = 64;
const answerTimeoutMs = 20_000;
