/**
 * Calls an order API's handler as API Gateway does, with the events of its HTTP APIs (payload format 2.0).
 */
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { retail } from '../../domain/lifecycle/retail.ts';
import type { EventStore } from '../../domain/ports/event-store.ts';
import { createInMemoryViews } from '../../infra/in-memory/in-memory-view-store.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { firstGeneration } from '../../projections/generations/generations.ts';
import type { OrderView } from '../../projections/views/order-view.ts';
import { quietObservability } from '../../services/middleware/observability.ts';
import { type CreateOrderApi, createOrderApi, type OrderApi } from '../../services/order-api/order-api.ts';
import { createSeededRandom } from './builders/seeded-random.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body
  readonly body: any;
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as it is; otherwise the body is sent as JSON. */
  readonly rawBody?: string;
  readonly isBase64Encoded?: boolean;
}

export interface OrderApiClient {
  readonly send: (method: string, path: string, options?: RequestOptions) => Promise<Reply>;
  readonly get: (path: string, options?: RequestOptions) => Promise<Reply>;
  /** With the key `key`, unless the headers say otherwise. */
  readonly post: (path: string, key: string, body: unknown, options?: RequestOptions) => Promise<Reply>;
}

export const startMs = Date.UTC(2026, 0, 1);

/** An API whose clock stands still, whose randomness is seeded, and whose pauses take no time. Its views are empty. */
export const createTestApi = (
  eventStore: EventStore,
  { region = 'us-east-1', ...rest }: Partial<CreateOrderApi> = {},
): OrderApiClient =>
  createClient(
    createOrderApi({
      eventStore,
      views: createInMemoryViews<OrderView>()(firstGeneration),
      lifecycle: retail,
      region,
      consistency: 'eventual',
      clock: { nowMs: () => startMs },
      random: createSeededRandom(region === 'us-east-1' ? 1 : 2),
      sleep: () => new Promise((resolve) => setImmediate(resolve)),
      sha256,
      settings: { defaultTenant: 'acme' },
      observability: quietObservability(),
      ...rest,
    }),
  );

export const createClient = (api: OrderApi): OrderApiClient => {
  const send: OrderApiClient['send'] = async (method, path, options = {}) => {
    const answer = await api(toEvent(method, path, options), lambdaContext);
    return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
  };
  return {
    send,
    get: (path, options) => send('GET', path, options),
    post: (path, key, body, { headers, ...options } = {}) =>
      send('POST', path, {
        rawBody: JSON.stringify(body),
        ...options,
        headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
      }),
  };
};

const toEvent = (
  method: string,
  path: string,
  { headers = {}, query, rawBody, isBase64Encoded = false }: RequestOptions,
): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: new URLSearchParams(query).toString(),
  headers: { host: 'api.example.com', ...headers },
  ...(query && { queryStringParameters: { ...query } }),
  requestContext: {
    accountId: '123456789012',
    apiId: 'api-id',
    domainName: 'api.example.com',
    domainPrefix: 'api',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    requestId: 'request-1',
    routeKey: '$default',
    stage: '$default',
    time: '01/Jan/2026:00:00:00 +0000',
    timeEpoch: startMs,
  },
  ...(rawBody !== undefined && { body: rawBody }),
  isBase64Encoded,
});

const lambdaContext: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'order-api',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:order-api',
  memoryLimitInMB: '256',
  awsRequestId: 'request-1',
  logGroupName: '/aws/lambda/order-api',
  logStreamName: 'stream',
  getRemainingTimeInMillis: () => 29_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};
