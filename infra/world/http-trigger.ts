/**
 * API Gateway's part in the world: turns HTTP requests into events of an HTTP API (payload version 2.0), calls the
 * Lambda handler, and turns its answer into a response. No route is known here; the handler has them all.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { answerCors, type CorsOptions } from './answer-cors.ts';
import { createLambdaContext } from './lambda-context.ts';
import { checkLocal, closeServer, listenLocally, readBody, sendProblem } from './local-http.ts';

export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

export interface HttpTriggerOptions {
  readonly handler: HttpHandler;
  readonly functionName: string;
  readonly region: string;
  /** 0 is a free port. */
  readonly port: number;
  /** While true every request is answered 503. */
  readonly isOut: () => boolean;
  /** No page of another origin is let in when left out. */
  readonly cors?: CorsOptions;
  readonly onFault: (fault: unknown) => void;
}

export interface HttpTrigger {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** API Gateway waits 30 s for a function, and takes 10 MB; nothing that an order API takes is near that. */
const timeoutMs = 29_000;
const bodyBytesMax = 1024 * 1024;
/** Longer than a client keeps a connection that it does not use: who sends while we hang up sees it broken. */
const keepAliveMs = 65_000;

/** Throws a PortInUseError. */
export const startHttpTrigger = async (options: HttpTriggerOptions): Promise<HttpTrigger> => {
  const { region, isOut, cors, onFault } = options;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (isOut()) return sendProblem(response, regionIsOut(region));
    const check = checkLocal(request, port, cors?.allowOrigins);
    if (check.kind === 'refused')
      return sendProblem(response, { status: 403, title: 'Forbidden', detail: check.detail });
    if (cors && answerCors(request, response, cors)) return;
    await answerByFunction(request, response, options);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((fault: unknown) => {
      if (request.destroyed && !request.complete) return;
      onFault(fault);
      if (response.headersSent) response.destroy();
      else
        sendProblem(response, { status: 500, title: 'Internal Server Error', detail: 'The function did not answer.' });
    });
  });
  server.keepAliveTimeout = keepAliveMs;
  const port = await listenLocally(server, options.port);
  return { port, stop: () => closeServer(server) };
};

/** Who may ask has been checked before. Throws what the function throws. */
export const answerByFunction = async (
  request: IncomingMessage,
  response: ServerResponse,
  { handler, functionName, region, isOut }: Omit<HttpTriggerOptions, 'port' | 'cors' | 'onFault'>,
): Promise<void> => {
  const read = await readBody(request, bodyBytesMax);
  if (read.kind === 'too-large') return sendProblem(response, bodyTooLarge);
  const result = await handler(
    requestToEvent(request, read.body),
    createLambdaContext({ functionName, region, timeoutMs }),
  );
  // The outage may have begun meanwhile, and then nobody hears the answer.
  if (isOut()) return sendProblem(response, regionIsOut(region));
  sendResult(response, result);
};

/** The event that API Gateway would make of this request. */
const requestToEvent = (request: IncomingMessage, body: Buffer): APIGatewayProxyEventV2 => {
  const { pathname, searchParams, search } = new URL(`http://local${request.url ?? '/'}`);
  const method = request.method ?? 'GET';
  const { cookie, ...headers } = request.headers;
  const query = [...new Set(searchParams.keys())].map((key) => [key, searchParams.getAll(key).join(',')] as const);
  const isText = textTypes.test(headers['content-type'] ?? 'text/plain');
  const now = new Date();
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: decodePath(pathname),
    rawQueryString: search.slice(1),
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(',')]],
      ),
    ),
    ...(cookie === undefined ? {} : { cookies: cookie.split(';').map((part) => part.trim()) }),
    ...(query.length === 0 ? {} : { queryStringParameters: Object.fromEntries(query) }),
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers.host ?? 'localhost',
      domainPrefix: 'local',
      http: {
        method,
        path: decodePath(pathname),
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
  };
};

/** API Gateway hands paths on decoded; one that cannot be decoded stays as it came. */
const decodePath = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

const sendResult = (response: ServerResponse, result: APIGatewayProxyStructuredResultV2): void => {
  const { statusCode = 200, headers = {}, cookies = [], body = '', isBase64Encoded = false } = result;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  if (cookies.length > 0) response.setHeader('set-cookie', [...cookies]);
  response.writeHead(statusCode);
  response.end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
};

const textTypes = /^(text\/|application\/(json|xml|javascript|[\w.-]+\+(json|xml))\b)/;

const regionIsOut = (region: string) => ({
  status: 503,
  title: 'Service Unavailable',
  detail: `${region} is out (a fault of the world)`,
  headers: { 'retry-after': '1' },
});

const bodyTooLarge = {
  status: 413,
  title: 'Content Too Large',
  detail: `a body may have ${bodyBytesMax} bytes`,
};
