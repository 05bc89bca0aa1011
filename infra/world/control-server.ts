/**
 * The world's own address: the last report as a page, what is going on as JSON, the switch for its faults, and tokens.
 *
 * Whoever reaches this address may do everything here, so tokens of every tenant are to be had: they open this world alone.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { namePattern } from '../../domain/ledger/stream-name.ts';
import { checkLocal, closeServer, listenLocally, readBody, sendProblem } from './local-http.ts';
import type { Fault, World } from './world-types.ts';

export interface ControlServer {
  readonly port: number;
  /** From now on the address shows this page. */
  readonly setReport: (html: string) => void;
  readonly stop: () => Promise<void>;
}

export interface ControlServerOptions {
  readonly world: World;
  /** 0 is a free port. */
  readonly port: number;
  readonly onFault: (fault: unknown) => void;
}

const bodyBytesMax = 16 * 1024;

/** Throws a PortInUseError. */
export const startControlServer = async ({ world, port, onFault }: ControlServerOptions): Promise<ControlServer> => {
  const names = world.regions.map(({ name }) => name);
  const faultSchema = createFaultSchema(world.witness === undefined ? names : [...names, world.witness]);
  let report: string | undefined;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const check = checkLocal(request, boundPort);
    if (check.kind === 'refused')
      return sendProblem(response, { status: 403, title: 'Forbidden', detail: check.detail });
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const route = routes.get(path);
    if (!route) return sendProblem(response, { status: 404, title: 'Not Found', detail: `there is no ${path} here` });
    if (request.method !== route.method)
      return sendProblem(response, {
        status: 405,
        title: 'Method Not Allowed',
        detail: `${path} takes ${route.method}`,
        headers: { allow: route.method },
      });
    await route.answer(request, response);
  };

  const switchFault = takeJson(faultSchema, async (fault) => {
    await world.setFault(fault as Fault);
    return describeWorld(world);
  });

  const issueToken = takeJson(grantSchema, async (grant) => ({
    token: await world.issueToken(grant),
    tokenType: 'Bearer',
    ...grant,
  }));

  const routes = new Map<string, Route>([
    ['/', { method: 'GET', answer: async (_, response) => sendHtml(response, report ?? welcomePage(world)) }],
    ['/world', { method: 'GET', answer: async (_, response) => sendJson(response, describeWorld(world)) }],
    ['/world/alerts', { method: 'GET', answer: async (_, response) => sendJson(response, describeAlerts(world)) }],
    ['/world/faults', { method: 'POST', answer: switchFault }],
    ['/world/tokens', { method: 'POST', answer: issueToken }],
  ]);

  const server = createServer((request, response) => {
    answer(request, response).catch((fault: unknown) => {
      if (request.destroyed && !request.complete) return;
      onFault(fault);
      if (response.headersSent) response.destroy();
      else sendProblem(response, { status: 500, title: 'Internal Server Error', detail: 'see the log of the world' });
    });
  });
  const boundPort = await listenLocally(server, port);
  return {
    port: boundPort,
    setReport: (html) => {
      report = html;
    },
    stop: () => closeServer(server),
  };
};

interface Route {
  readonly method: 'GET' | 'POST';
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

/** Answers with what `work` makes of a body that fits, and with a problem where it does not. */
const takeJson =
  <Schema extends z.ZodType>(schema: Schema, work: (body: z.infer<Schema>) => Promise<unknown>): Route['answer'] =>
  async (request, response) => {
    const bad = (status: number, title: string, detail: string) => sendProblem(response, { status, title, detail });
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
      return bad(415, 'Unsupported Media Type', 'send application/json');
    const read = await readBody(request, bodyBytesMax);
    if (read.kind === 'too-large') return bad(413, 'Content Too Large', `a body may have ${bodyBytesMax} bytes`);
    const parsed = schema.safeParse(parseJson(read.body));
    if (!parsed.success) return bad(400, 'Bad Request', describeIssues(parsed.error));
    sendJson(response, await work(parsed.data));
  };

/** RFC 6749: what a scope may be made of. */
const scopePattern = /^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/;
const scopesMax = 32;
/** A day: who plays longer asks again. */
export const tokenSecondsMax = 24 * 60 * 60;

const grantSchema = z.strictObject({
  scopes: z.array(z.string().regex(scopePattern, 'must be a scope, such as orders:read')).max(scopesMax),
  tenant: z.string().regex(namePattern, 'must be a name'),
  subject: z
    .string()
    .min(1)
    .max(255)
    .refine((text) => text.isWellFormed(), 'must be text'),
  expiresInSeconds: z.int().min(1).max(tokenSecondsMax),
});

const lagMsMax = 60 * 60 * 1000;

const createFaultSchema = (regions: readonly string[]) => {
  const region = z.enum(regions, `must be one of ${regions.join(', ')}`);
  const links = { from: region.optional(), to: region.optional(), bothWays: z.boolean().optional() };
  const isPair = ({ from, to }: { from?: unknown; to?: unknown }) => from === undefined || from !== to;
  return z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('lag'), ms: z.int().min(0).max(lagMsMax), ...links }),
      z.strictObject({ kind: z.literal('partition'), ...links }),
      z.strictObject({ kind: z.literal('outage'), from: region }),
      z.strictObject({ kind: z.literal('heal'), ...links }),
    ])
    .refine(isPair, { path: ['to'], message: 'must be another region than from' });
};

const describeWorld = (world: World) => ({
  engine: world.engine,
  regions: world.regions.map(({ name, apiUrl, environment }) => ({ name, apiUrl, environment })),
  ...(world.witness !== undefined && { witness: world.witness }),
  faults: world.faults(),
  backlog: world.backlog(),
});

const describeAlerts = (world: World) => ({
  regions: world.regions.map(({ name, recentAlerts }) => ({ name, alerts: recentAlerts() })),
});

/** Undefined is no fault either, so the schema says what is missing. */
const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
};

const describeIssues = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ');

/** No page may load it as a script or a picture: it says where the databases are. */
const sendJson = (response: ServerResponse, value: unknown): void => {
  response.writeHead(200, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  });
  response.end(JSON.stringify(value));
};

/** The pages need no script, so none may run: what they show was written by whoever wrote an order. */
const sendHtml = (response: ServerResponse, html: string): void => {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    'x-content-type-options': 'nosniff',
  });
  response.end(html);
};

const welcomePage = (world: World): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Rejoin</title>
<style>body{font:1rem/1.6 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}code{font-size:.95em}</style>
<h1>The world is running</h1>
<p>There is no report yet. It appears here once order histories have been played: start with
<code>npm start</code>, or <code>rejoin up --play</code>.</p>
<ul>
${world.regions.map(({ name, apiUrl }) => `<li>${name}: order API at <code>${apiUrl}</code></li>`).join('\n')}
</ul>
<p>What is going on, as JSON: <a href="/world">/world</a></p>
</html>
`;
