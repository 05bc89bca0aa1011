/**
 * Calls an order API's handler as API Gateway does, with the events of its HTTP APIs (payload format 2.0).
 */
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { EventStore } from '../../domain/ports/event-store.ts';
import { createInMemoryControlStore } from '../../infra/in-memory/in-memory-control-store.ts';
import { createInMemoryViews } from '../../infra/in-memory/in-memory-view-store.ts';
import type { TokenGrant } from '../../infra/world/world-types.ts';
import { firstGeneration } from '../../projections/generations/generations.ts';
import type { OrderView } from '../../projections/views/order-view.ts';
import { quietObservability } from '../../services/middleware/observability.ts';
import { type CreateOrderApi, createOrderApi, type OrderApi } from '../../services/order-api/order-api.ts';
import { createCaseLives } from '../../services/review/case-lives.ts';
import { document } from './described-api.ts';
import { createOpenApiCheck } from './open-api-check.ts';
import { createTestDeps } from './test-deps.ts';
import { issueTestToken, startMs, tester, testTokens } from './test-tokens.ts';

export { startMs } from './test-tokens.ts';

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
  /** In what the caller differs from `tester`, or that nobody says who is calling. */
  readonly as?: Partial<TokenGrant> | 'nobody';
}

export interface OrderApiClient {
  readonly send: (method: string, path: string, options?: RequestOptions) => Promise<Reply>;
  readonly get: (path: string, options?: RequestOptions) => Promise<Reply>;
  /** With the key `key`, unless the headers say otherwise. */
  readonly post: (path: string, key: string, body: unknown, options?: RequestOptions) => Promise<Reply>;
}

/** An API whose clock stands still, whose randomness is seeded, and whose pauses take no time. No views, no peers. */
export const createTestApi = (
  eventStore: EventStore,
  { region = 'us-east-1', ...rest }: Partial<CreateOrderApi> = {},
): OrderApiClient =>
  createClient(
    createOrderApi({
      eventStore,
      views: createInMemoryViews<OrderView>()(firstGeneration),
      lives: createCaseLives(createInMemoryControlStore()),
      ...createTestDeps(region),
      tokens: testTokens,
      observability: quietObservability(),
      ...rest,
    }),
  );

/** A header `authorization` of the test's own goes out as it is. */
export const createClient = (api: OrderApi, issueToken: IssueToken = issueTestToken): OrderApiClient => {
  const send: OrderApiClient['send'] = async (method, path, options = {}) => {
    const { as = {}, headers = {} } = options;
    const authorization = as === 'nobody' ? {} : { authorization: `Bearer ${await issueToken({ ...tester, ...as })}` };
    const event = toEvent(method, path, { ...options, headers: { ...authorization, ...headers } });
    const answer = await api(event, lambdaContext);
    const reply: Reply = { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
    const mistakes = checkAnswer({ method, path, ...reply });
    if (mistakes.length > 0) throw new Error(`the OpenAPI document says otherwise: ${mistakes.join('; ')}`);
    return reply;
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

type IssueToken = (grant: TokenGrant) => Promise<string>;

/** Of the retail lifecycle: whatever a test is about, what it is answered is what is documented. */
const checkAnswer = createOpenApiCheck(document);

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
