/**
 * The world's own address: what goes on, as JSON and as events, the switches for its faults and its order traffic, tokens,
 * the last report, the way to the regions' order APIs, and before all else the dashboard.
 *
 * Whoever reaches this address may do everything here, so tokens of every tenant are to be had: they open this world alone.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answerByFunction, type HttpHandler } from '../http-trigger.ts';
import { checkLocal, closeServer, type LocalProblem, listenLocally, sendProblem } from '../local-http.ts';
import { createOrderTraffic } from '../traffic/order-traffic.ts';
import type { Fault, World } from '../world-types.ts';
import { describeAlerts, describeState, describeWorld } from './describe-world.ts';
import { noReportPage, sendHtml, welcomePage } from './pages.ts';
import { createRegionRelay } from './region-relay.ts';
import { type Outcome, type Route, sendJson, takeJson } from './route.ts';
import { startWorldEvents } from './world-events.ts';
import { createFaultSchema, grantSchema, playSchema } from './world-requests.ts';

export interface ControlServer {
  readonly port: number;
  /** From now on the address shows this page at /world/report. */
  readonly setReport: (html: string) => void;
  /** Ends what is played, too. */
  readonly stop: () => Promise<void>;
}

export interface ControlServerOptions {
  readonly world: World;
  /** 0 is a free port. */
  readonly port: number;
  /** Answers whatever is not the world's; a page that says what there is, when left out. */
  readonly dashboard?: HttpHandler | undefined;
  readonly onFault: (fault: unknown) => void;
}

/** Throws a PortInUseError. */
export const startControlServer = async (options: ControlServerOptions): Promise<ControlServer> => {
  const { world, onFault } = options;
  let report: string | undefined;
  const traffic = createOrderTraffic({ world, onFault });
  const relay = createRegionRelay(world.regions);
  const activity = () => ({ play: traffic.state(), hasReport: report !== undefined });
  const events = startWorldEvents({ world, describe: () => describeState(world, activity()) });
  const names = world.regions.map(({ name }) => name);

  const switchFault = takeJson(
    createFaultSchema(world.witness === undefined ? names : [...names, world.witness]),
    async (fault) => {
      await world.setFault(fault as Fault);
      return done(describeWorld(world, activity()));
    },
  );

  const issueToken = takeJson(grantSchema, async (grant) =>
    done({ token: await world.issueToken(grant), tokenType: 'Bearer', ...grant }),
  );

  const switchPlay = takeJson(playSchema, async (play) => {
    if (play.kind === 'stop') await traffic.stop();
    else if (!traffic.start(play)) return { kind: 'refused', problem: isPlaying };
    return done(describeState(world, activity()));
  });

  const showReport: Route['answer'] = async (_, response) =>
    report === undefined ? sendHtml(response, noReportPage(), 404) : sendHtml(response, report);

  const listen: Route['answer'] = async (_, response) => {
    if (!events.listen(response)) sendProblem(response, tooManyListeners);
  };

  const show =
    (describe: () => unknown): Route['answer'] =>
    async (_, response) =>
      sendJson(response, describe());

  const routes = new Map<string, Route>([
    ['/world', { method: 'GET', answer: show(() => describeWorld(world, activity())) }],
    ['/world/alerts', { method: 'GET', answer: show(() => describeAlerts(world)) }],
    ['/world/events', { method: 'GET', answer: listen }],
    ['/world/report', { method: 'GET', answer: showReport }],
    ['/world/faults', { method: 'POST', answer: switchFault }],
    ['/world/play', { method: 'POST', answer: switchPlay }],
    ['/world/tokens', { method: 'POST', answer: issueToken }],
  ]);

  const answerElse = async (path: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (options.dashboard) {
      const handler = options.dashboard;
      const dashboard = { handler, functionName: 'dashboard', region: names[0] ?? '', isOut: () => false };
      return answerByFunction(request, response, dashboard);
    }
    if (path !== '/') return sendProblem(response, notFound(path));
    if (request.method !== 'GET') return sendProblem(response, methodNotAllowed(path, 'GET'));
    sendHtml(response, welcomePage(world, report !== undefined));
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const check = checkLocal(request, port);
    if (check.kind === 'refused')
      return sendProblem(response, { status: 403, title: 'Forbidden', detail: check.detail });
    const url = request.url ?? '/';
    if (!url.startsWith('/')) return sendProblem(response, notAPath);
    const relayed = relay.match(url);
    if (relayed) return relay.answer(relayed, request, response);
    const [path = '/'] = url.split('?', 1);
    const route = routes.get(path);
    if (!route) return answerElse(path, request, response);
    if (request.method !== route.method) return sendProblem(response, methodNotAllowed(path, route.method));
    await route.answer(request, response);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((fault: unknown) => {
      if (request.destroyed && !request.complete) return;
      onFault(fault);
      if (response.headersSent) response.destroy();
      else sendProblem(response, { status: 500, title: 'Internal Server Error', detail: 'see the log of the world' });
    });
  });
  const port = await listenLocally(server, options.port).catch((error: unknown) => {
    events.stop();
    throw error;
  });
  return {
    port,
    setReport: (html) => {
      report = html;
    },
    stop: async () => {
      events.stop();
      await Promise.all([traffic.stop(), closeServer(server)]);
    },
  };
};

const done = (body: unknown): Outcome => ({ kind: 'done', body });

const isPlaying: LocalProblem = {
  status: 409,
  title: 'Conflict',
  detail: 'order traffic is played already: stop it first, or wait for its end',
};

const tooManyListeners: LocalProblem = {
  status: 503,
  title: 'Service Unavailable',
  detail: 'as many listen as may: close another page of this world',
  headers: { 'retry-after': '10' },
};

const notAPath: LocalProblem = { status: 400, title: 'Bad Request', detail: 'the target of a request is a path here' };

const notFound = (path: string): LocalProblem => ({
  status: 404,
  title: 'Not Found',
  detail: `there is no ${path} here`,
});

const methodNotAllowed = (path: string, method: string): LocalProblem => ({
  status: 405,
  title: 'Method Not Allowed',
  detail: `${path} takes ${method}`,
  headers: { allow: method },
});
