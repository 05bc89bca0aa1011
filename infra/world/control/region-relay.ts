/**
 * Hands requests on to the regions' order APIs, so that a page at the world's address reaches all of them on its own
 * origin and no API has to let pages of others in.
 *
 * A request goes on as it came, and so does the answer, but for what is about one connection alone or would tell the
 * region of a page that is not its own: the address that it was sent to, and who sent it, have been checked before.
 */
import { type IncomingHttpHeaders, type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { readBody, sendProblem } from '../local-http.ts';
import type { Region } from '../world-types.ts';

export interface RegionRelay {
  /** Undefined when the path is none of `/regions/<name>/<path>`. */
  readonly match: (url: string) => RelayPath | undefined;
  readonly answer: (path: RelayPath, request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

export interface RelayPath {
  readonly region: string;
  /** With its query, as it came. */
  readonly rest: string;
}

export type ReachableRegion = Pick<Region, 'name' | 'apiUrl'>;

const bodyBytesMax = 1024 * 1024;
/** Longer than a region waits for its function. */
const answerTimeoutMs = 35_000;

export const createRegionRelay = (regions: readonly ReachableRegion[]): RegionRelay => ({
  match: (url) => {
    const [, region, rest] = /^\/regions\/([^/?]+)(\/.*)$/.exec(url) ?? [];
    return region === undefined || rest === undefined ? undefined : { region, rest };
  },
  answer: async ({ region: name, rest }, request, response) => {
    const region = regions.find((it) => it.name === name);
    if (!region) {
      const detail = `the world's regions are ${regions.map((it) => it.name).join(', ')}`;
      return sendProblem(response, { status: 404, title: 'Not Found', detail });
    }
    const read = await readBody(request, bodyBytesMax);
    if (read.kind === 'too-large') {
      const detail = `a body may have ${bodyBytesMax} bytes`;
      return sendProblem(response, { status: 413, title: 'Content Too Large', detail });
    }
    const answered = await ask(region, rest, request, read.body, response);
    if (response.destroyed) return;
    if (!answered)
      return sendProblem(response, { status: 502, title: 'Bad Gateway', detail: `${name} does not answer` });
    response.writeHead(answered.statusCode ?? 502, { ...endToEnd(answered.headers), ...answerGuards });
    // Whoever asked, or the region, may hang up in the middle; the other one is then hung up on.
    await pipeline(answered, response).catch(() => undefined);
  },
});

/** Undefined when the connection to the region was lost before it answered, or `client` has gone. */
const ask = (
  { apiUrl }: ReachableRegion,
  path: string,
  { method, headers }: IncomingMessage,
  body: Buffer,
  client: ServerResponse,
): Promise<IncomingMessage | undefined> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(apiUrl);
    // A connection of its own: one that was kept might be of a host that has died since, and no request is sent twice.
    const asked = openRequest({ hostname, port, path, method, agent: false, timeout: answerTimeoutMs });
    for (const [name, value] of Object.entries(toRegionHeaders(headers)))
      if (value !== undefined) asked.setHeader(name, value);
    const hangUp = () => asked.destroy();
    client.once('close', hangUp);
    asked.on('timeout', hangUp);
    asked.on('error', () => resolve(undefined));
    asked.on('response', resolve);
    // Node says no length for methods that seldom have a body, and the region would take it for another request.
    if (body.length > 0) asked.setHeader('content-length', body.length);
    asked.end(body);
  });

/** RFC 9110, 7.6.1. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const endToEnd = (headers: IncomingHttpHeaders): IncomingHttpHeaders => {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  return pickHeaders(headers, (name) => !hopByHop.has(name) && !named.includes(name));
};

/** Without what a region's own check looks at, where it would speak of this server, and what this server has done. */
const toRegionHeaders = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  pickHeaders(endToEnd(headers), (name) => !isAboutThisServer.has(name) && !name.startsWith('sec-fetch-'));

const isAboutThisServer = new Set(['host', 'origin', 'referer', 'content-length', 'expect']);

const pickHeaders = (headers: IncomingHttpHeaders, isKept: (name: string) => boolean): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => isKept(name)));

/** A browser that shows an answer as a page of this origin must not run what an order's writer put into it. */
const answerGuards = {
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};
