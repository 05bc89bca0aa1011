/**
 * What every HTTP server of the world does before it looks at a request.
 *
 * The servers listen on 127.0.0.1, but a web page in the user's browser reaches that too: by sending a form (Origin
 * tells), by loading it as a picture, script or frame (Sec-Fetch-Site tells) or by a name that resolves to 127.0.0.1
 * (Host tells). None may write orders, switch faults or read where the world's databases are. A link that somebody
 * follows may lead here. Bodies are bounded while they arrive, never after.
 */
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';

export type LocalCheck = { readonly kind: 'local' } | Refused;

export interface Refused {
  readonly kind: 'refused';
  readonly detail: string;
}

/** `port` is the server's own; pages of `allowOrigins` are let in as well. */
export const checkLocal = (
  { method, headers }: LocalRequest,
  port: number,
  allowOrigins: readonly string[] = [],
): LocalCheck => {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!hosts.includes(headers.host ?? ''))
    return { kind: 'refused', detail: `this server answers to ${hosts.join(' and ')} only` };
  if (headers.origin !== undefined && allowOrigins.includes(headers.origin)) return { kind: 'local' };
  if (headers.origin !== undefined && !hosts.some((host) => headers.origin === `http://${host}`))
    return { kind: 'refused', detail: pagesOfOthers };
  // What a browser says here no page can forge. Who is no browser says nothing.
  const { 'sec-fetch-site': site, 'sec-fetch-dest': destination } = headers;
  const isOwnPage = site === undefined || site === 'same-origin' || site === 'none';
  const isFollowedLink = method === 'GET' && destination === 'document';
  return isOwnPage || isFollowedLink ? { kind: 'local' } : { kind: 'refused', detail: pagesOfOthers };
};

export type LocalRequest = Pick<IncomingMessage, 'method' | 'headers'>;

const pagesOfOthers = 'this server takes no requests from web pages of others';

export type ReadBody = { readonly kind: 'body'; readonly body: Buffer } | { readonly kind: 'too-large' };

/**
 * Keeps at most `bytesMax`. What is longer is read on for a while and thrown away, since a client that is still sending
 * does not hear an answer.
 */
export const readBody = async (request: IncomingMessage, bytesMax: number): Promise<ReadBody> => {
  let isTooLarge = Number(request.headers['content-length'] ?? 0) > bytesMax;
  let chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    isTooLarge ||= bytes > bytesMax;
    if (isTooLarge) chunks = [];
    else chunks.push(chunk);
    if (bytes > discardedBytesMax) break;
  }
  return isTooLarge ? { kind: 'too-large' } : { kind: 'body', body: Buffer.concat(chunks) };
};

const discardedBytesMax = 16 * 1024 * 1024;

export interface LocalProblem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** RFC 9457. The connection is closed, since an unread body may still be on it. */
export const sendProblem = (response: ServerResponse, { status, title, detail, headers = {} }: LocalProblem): void => {
  response.writeHead(status, { ...headers, 'content-type': 'application/problem+json', connection: 'close' });
  response.end(JSON.stringify({ type: 'about:blank', title, status, detail }));
};

/** Listens on 127.0.0.1; 0 is a free port. Throws a PortInUseError. Returns the port. */
export const listenLocally = async (server: Server, port: number): Promise<number> => {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new PortInUseError(port);
    throw error;
  }
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
};

export const closeServer = async (server: Server): Promise<void> => {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
};

export interface Relay {
  /** On 127.0.0.1. */
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

export interface RelayOptions<Asked> {
  readonly admit: (headers: IncomingHttpHeaders) => { readonly kind: 'admitted'; readonly asked: Asked } | Refused;
  /** Undefined is no answer at all: whoever asked learns of it by a time-out of their own. */
  readonly answer: (asked: Asked, body: Buffer) => Promise<RelayAnswer | undefined>;
  readonly bodyBytesMax: number;
  readonly onFault: (fault: unknown) => void;
}

export interface RelayAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** Stands before a database, on a free port. It hangs up on whom it cannot answer, as a database would. */
export const startRelay = async <Asked>(options: RelayOptions<Asked>): Promise<Relay> => {
  const { admit, answer, bodyBytesMax, onFault } = options;

  const relay = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refuse = (detail: string) => sendProblem(response, { status: 403, title: 'Forbidden', detail });
    const check = checkLocal(request, port);
    if (check.kind === 'refused') return refuse(check.detail);
    const admission = admit(request.headers);
    if (admission.kind === 'refused') return refuse(admission.detail);
    const read = await readBody(request, bodyBytesMax);
    if (read.kind === 'too-large') return refuse(`a request may have ${bodyBytesMax} bytes`);
    const answered = await answer(admission.asked, read.body);
    if (!answered) return;
    const { status, contentType, body } = answered;
    response.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
    response.end(body);
  };

  const server = createServer((request, response) => {
    relay(request, response).catch((fault: unknown) => {
      // Who asked may have hung up, and then there is nothing to tell.
      if (!response.destroyed) onFault(fault);
      response.destroy();
    });
  });
  const port = await listenLocally(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => closeServer(server) };
};

export class PortInUseError extends Error {
  readonly code = 'port-in-use';
  readonly port: number;
  constructor(port: number) {
    super(`Port ${port} is in use. Stop what listens there, or choose other ports with --port-base.`);
    this.port = port;
  }
}
