/**
 * The order API of one region as a Lambda handler, built from its ports: routes, middleware, and nothing of AWS beneath.
 *
 * Everything that a route needs is handed in, so the same handler runs on Lambda, in the local world and in a test.
 */
import middy, { type MiddlewareObj } from '@middy/core';
import httpRouterHandler, { type Method } from '@middy/http-router';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Metrics } from '../../domain/ports/metrics.ts';
import type { Observability } from '../middleware/observability.ts';
import { problemResponse } from '../middleware/problem-response.ts';
import { appendDecision } from './append-decision.ts';
import { explainOrder } from './explain-order.ts';
import { type Answer, answerOk, answerProblem, nameRegion } from './http-answer.ts';
import { faultOf } from './http-problem.ts';
import { listOrders } from './list-orders.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { placeOrder } from './place-order.ts';
import { readEntries } from './read-entries.ts';
import { readOrder } from './read-order.ts';
import { recordFact } from './record-fact.ts';
import { recordFactBatch, recordOrderFactBatch } from './record-fact-batch.ts';

export interface CreateOrderApi extends Omit<OrderApiDeps, 'metrics' | 'logger'> {
  readonly observability: Observability;
}

export type OrderApi = (event: APIGatewayProxyEventV2, context: Context) => Promise<Answer>;

export const createOrderApi = ({ observability, ...ports }: CreateOrderApi): OrderApi => {
  const { logger, metrics } = observability;
  const { region } = ports;
  const routes = routesOf({ ...ports, logger, metrics });
  const router = httpRouterHandler<APIGatewayProxyEventV2, Answer>({
    routes: [...routes],
    notFoundResponse: ({ path }) => answerUnrouted(path, routes),
  });
  // On the way out the last middleware comes first: count, then publish what was counted, then answer a failure.
  const handler = middy<APIGatewayProxyEventV2, Answer>()
    .use(problemResponse({ logger, answerFault: (error) => answerProblem(faultOf(error)) }))
    .use([...observability.middlewares])
    .use(countRequests(metrics))
    .handler(router);
  return async (event, context) => nameRegion(await handler(event, context), region);
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

interface Route {
  readonly method: Method;
  readonly path: string;
  readonly handler: (event: APIGatewayProxyEventV2) => Promise<Answer>;
}

const routesOf = (deps: OrderApiDeps): readonly Route[] => [
  { method: 'POST', path: '/orders', handler: placeOrder(deps) },
  { method: 'GET', path: '/orders', handler: listOrders(deps) },
  { method: 'GET', path: '/orders/{id}', handler: readOrder(deps) },
  { method: 'POST', path: '/orders/{id}/decisions', handler: appendDecision(deps) },
  { method: 'POST', path: '/orders/{id}/facts', handler: recordFact(deps) },
  { method: 'POST', path: '/orders/{id}/facts:batch', handler: recordOrderFactBatch(deps) },
  { method: 'POST', path: '/facts:batch', handler: recordFactBatch(deps) },
  { method: 'GET', path: '/orders/{id}/entries', handler: readEntries(deps) },
  { method: 'GET', path: '/orders/{id}/explanation', handler: explainOrder(deps) },
  { method: 'GET', path: '/health', handler: async () => answerOk({ status: 'ok', region: deps.region }) },
];

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
