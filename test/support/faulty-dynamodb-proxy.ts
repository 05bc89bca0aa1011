/**
 * A proxy in front of DynamoDB that misbehaves on request: it loses the question, loses the answer, or answers for
 * DynamoDB. This is how a test makes an outcome unknown to the client while it stays known to the table.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export type ProxyFault =
  /** The connection breaks before DynamoDB hears of it. */
  | { readonly kind: 'lose-request' }
  /** DynamoDB does it, then the connection breaks. */
  | { readonly kind: 'lose-answer' }
  /** DynamoDB does it, and the client waits for ever. */
  | { readonly kind: 'withhold-answer' }
  /** The same, but what comes back says nothing: an error of DynamoDB's own. */
  | { readonly kind: 'garble-answer' }
  /** DynamoDB never hears of it; the error is answered in its name. */
  | { readonly kind: 'refuse'; readonly errorName: string; readonly status?: number };

export interface FaultyDynamoDbProxy {
  readonly endpoint: string;
  /** The next requests of this operation, such as `PutItem`, meet these faults, one each. */
  readonly failNext: (operation: string, ...faults: readonly ProxyFault[]) => void;
  /** Operations in the order of their arrival, since the last call. */
  readonly takeOperations: () => readonly string[];
  readonly stop: () => Promise<void>;
}

export const startFaultyDynamoDbProxy = async (targetEndpoint: string): Promise<FaultyDynamoDbProxy> => {
  const faults = new Map<string, ProxyFault[]>();
  let operations: string[] = [];

  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const operation = operationOf(request);
    operations.push(operation);
    const fault = faults.get(operation)?.shift();
    if (fault?.kind === 'lose-request') return void request.socket.destroy();
    if (fault?.kind === 'refuse') return sendError(response, fault.status ?? 400, fault.errorName);
    const answer = await forward(targetEndpoint, request, body);
    if (fault?.kind === 'lose-answer') return void request.socket.destroy();
    if (fault?.kind === 'withhold-answer') return;
    if (fault?.kind === 'garble-answer') return sendError(response, 500, 'InternalServerError');
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(answer.body);
  };

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    failNext: (operation, ...next) => void faults.set(operation, [...(faults.get(operation) ?? []), ...next]),
    takeOperations: () => {
      const taken = operations;
      operations = [];
      return taken;
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** `DynamoDB_20120810.PutItem`. */
const operationOf = (request: IncomingMessage): string => String(request.headers['x-amz-target']).split('.')[1] ?? '';

const forward = async (
  endpoint: string,
  request: IncomingMessage,
  body: Buffer,
): Promise<{ readonly status: number; readonly body: Buffer }> => {
  const signed = ['authorization', 'x-amz-target', 'x-amz-date', 'x-amz-content-sha256', 'content-type'];
  const headers = signed.flatMap((name): [string, string][] => {
    const value = request.headers[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  const answer = await fetch(endpoint, { method: 'POST', headers, body: new Uint8Array(body) });
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
};

const sendError = (response: ServerResponse, status: number, errorName: string): void => {
  const body = JSON.stringify({
    __type: `com.amazonaws.dynamodb.v20120810#${errorName}`,
    message: 'answered by a test',
  });
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
};
