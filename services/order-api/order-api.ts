/**
 * The order API of one region as a Lambda handler, built from its ports: routes, middleware, and nothing of AWS beneath.
 *
 * Everything that a route needs is handed in, so the same handler runs on Lambda, in the local world and in a test.
 */
import middy, { type MiddlewareObj } from '@middy/core';
import httpRouterHandler from '@middy/http-router';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Metrics } from '../../domain/ports/metrics.ts';
import { configuredEpoch } from '../../domain/write-plan/write-plan.ts';
import type { Observability } from '../middleware/observability.ts';
import { problemResponse } from '../middleware/problem-response.ts';
import { guardRoute } from './guard-route.ts';
import { type Answer, answerProblem, nameRegion } from './http-answer.ts';
import { faultOf } from './http-problem.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { type RateLimiter, unlimited } from './rate-limit/rate-limiter.ts';
import { type Route, routesOf } from './routes.ts';

export interface CreateOrderApi
  extends Omit<OrderApiDeps, 'metrics' | 'logger' | 'rateLimiter' | 'writePlan' | 'traffic'> {
  /** Left out where there is no limit. */
  readonly rateLimiter?: RateLimiter | undefined;
  /** Left out where every region may always write. */
  readonly writePlan?: OrderApiDeps['writePlan'];
  /** Left out where it is not told. */
  readonly traffic?: OrderApiDeps['traffic'];
  readonly observability: Observability;
}

export type OrderApi = (event: APIGatewayProxyEventV2, context: Context) => Promise<Answer>;

export const createOrderApi = ({
  observability,
  rateLimiter = unlimited,
  writePlan,
  traffic,
  ...ports
}: CreateOrderApi): OrderApi => {
  const { logger, metrics } = observability;
  const { region } = ports;
  const deps: OrderApiDeps = { ...ports, rateLimiter, writePlan, traffic, logger, metrics };
  const routes = routesOf(deps);
  const router = httpRouterHandler<APIGatewayProxyEventV2, Answer>({
    routes: routes.map((route) => ({ method: route.method, path: route.path, handler: guardRoute(deps, route) })),
    notFoundResponse: ({ path }) => answerUnrouted(path, routes),
  });
  // On the way out the last middleware comes first: count, then publish what was counted, then answer a failure.
  const handler = middy<APIGatewayProxyEventV2, Answer>()
    .use(problemResponse({ logger, answerFault: (error) => answerProblem(faultOf(error)) }))
    .use([...observability.middlewares])
    .use(countRequests(metrics))
    .handler(router);
  return async (event, context) => {
    // At once, so that whoever only reads does not wait for one table after the other.
    const reading = deps.writeGate.read();
    const answer = await handler(event, context);
    return nameRegion(answer, { region, epoch: (await reading)?.plan.epoch ?? configuredEpoch });
  };
};

/** Returns nothing: middy takes whatever a middleware returns for the answer. */
const countRequests = (metrics: Metrics): MiddlewareObj<APIGatewayProxyEventV2, Answer> => ({
  after: () => {
    metrics.count('RequestAnswered');
  },
  onError: () => {
    metrics.count('RequestFailed');
  },
});

const answerUnrouted = (path: string, routes: readonly Route[]): Answer => {
  const allowed = routes.filter((route) => matches(route, path)).map((route) => route.method);
  return answerProblem(allowed.length > 0 ? { kind: 'method-not-allowed', allowed } : { kind: 'unknown-route' });
};

const matches = ({ path }: Route, requested: string): boolean => {
  const expected = path.split('/');
  const parts = requested.replace(/(.)\/$/, '$1').split('/');
  return (
    parts.length === expected.length &&
    expected.every((part, i) => part === parts[i] || (part === '{id}' && parts[i] !== ''))
  );
};
