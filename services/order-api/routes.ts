/**
 * Every route of the order API: where it is, what a token must allow, which parameters it knows, and who answers.
 *
 * This table is what is served, what is authorized and what the OpenAPI document describes. A route without a scope is
 * open to everybody, so the type asks for the word.
 */
import type { Method } from '@middy/http-router';
import { appendDecision } from './append-decision.ts';
import type { Scope } from './caller.ts';
import { listCases } from './cases/list-cases.ts';
import { readCase } from './cases/read-case.ts';
import { takeResolution } from './cases/take-resolution.ts';
import { changePlan } from './change-plan.ts';
import { explainOrder } from './explain-order.ts';
import { type Answer, answerOk } from './http-answer.ts';
import { listOrders } from './list-orders.ts';
import { readOpenApi } from './open-api/read-open-api.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { placeOrder } from './place-order.ts';
import { readEntries } from './read-entries.ts';
import { readOrder } from './read-order.ts';
import { readPlan } from './read-plan.ts';
import { readReplication } from './read-replication.ts';
import { readTotals } from './read-totals.ts';
import { readTraffic } from './read-traffic.ts';
import { recordFact } from './record-fact.ts';
import { recordFactBatch, recordOrderFactBatch } from './record-fact-batch.ts';
import type { ApiRequest } from './request.ts';
import { takeGroup } from './take-group.ts';

export interface Route {
  readonly operationId: string;
  readonly method: Extract<Method, 'GET' | 'POST'>;
  readonly path: string;
  readonly scope: Scope | 'anybody';
  /** Opens the route as well: its handler keeps who has only this to their part of it. */
  readonly scopeOfPart?: Scope;
  /** The query parameters that it knows; any other is refused. */
  readonly query: readonly string[];
  readonly handler: (request: ApiRequest) => Promise<Answer>;
}

const causalRead = ['wait'] as const;
const causalWrite = ['wait', 'replicated'] as const;

export const routesOf = (deps: OrderApiDeps): readonly Route[] => [
  {
    operationId: 'placeOrder',
    method: 'POST',
    path: '/orders',
    scope: 'orders:write',
    query: causalWrite,
    handler: placeOrder(deps),
  },
  {
    operationId: 'listOrders',
    method: 'GET',
    path: '/orders',
    scope: 'orders:read',
    query: ['status', 'customer', 'openCases', 'class', 'limit', 'cursor'],
    handler: listOrders(deps),
  },
  {
    operationId: 'readOrder',
    method: 'GET',
    path: '/orders/{id}',
    scope: 'orders:read',
    query: causalRead,
    handler: readOrder(deps),
  },
  {
    operationId: 'appendDecision',
    method: 'POST',
    path: '/orders/{id}/decisions',
    scope: 'orders:write',
    scopeOfPart: 'reviews:decide',
    query: causalWrite,
    handler: appendDecision(deps),
  },
  {
    operationId: 'recordFact',
    method: 'POST',
    path: '/orders/{id}/facts',
    scope: 'facts:write',
    query: causalWrite,
    handler: recordFact(deps),
  },
  {
    operationId: 'recordOrderFactBatch',
    method: 'POST',
    path: '/orders/{id}/facts:batch',
    scope: 'facts:write',
    query: [],
    handler: recordOrderFactBatch(deps),
  },
  {
    operationId: 'recordFactBatch',
    method: 'POST',
    path: '/facts:batch',
    scope: 'facts:write',
    query: [],
    handler: recordFactBatch(deps),
  },
  {
    operationId: 'takeGroup',
    method: 'POST',
    path: '/commands',
    scope: 'orders:write',
    query: causalWrite,
    handler: takeGroup(deps),
  },
  {
    operationId: 'readEntries',
    method: 'GET',
    path: '/orders/{id}/entries',
    scope: 'orders:read',
    query: ['after', 'limit', ...causalRead],
    handler: readEntries(deps),
  },
  {
    operationId: 'explainOrder',
    method: 'GET',
    path: '/orders/{id}/explanation',
    scope: 'orders:read',
    query: causalRead,
    handler: explainOrder(deps),
  },
  {
    operationId: 'listCases',
    method: 'GET',
    path: '/cases',
    scope: 'orders:read',
    scopeOfPart: 'reviews:decide',
    query: ['state', 'sort', 'limit', 'cursor'],
    handler: listCases(deps),
  },
  {
    operationId: 'readCase',
    method: 'GET',
    path: '/cases/{id}',
    scope: 'orders:read',
    scopeOfPart: 'reviews:decide',
    query: ['order', ...causalRead],
    handler: readCase(deps),
  },
  {
    operationId: 'resolveCase',
    method: 'POST',
    path: '/cases/{id}/resolution',
    scope: 'reviews:decide',
    query: causalWrite,
    handler: takeResolution(deps),
  },
  {
    operationId: 'readTotals',
    method: 'GET',
    path: '/totals',
    scope: 'orders:read',
    query: [],
    handler: readTotals(deps),
  },
  {
    operationId: 'readReplication',
    method: 'GET',
    path: '/replication',
    scope: 'orders:read',
    query: [],
    handler: readReplication(deps),
  },
  {
    operationId: 'readTraffic',
    method: 'GET',
    path: '/traffic',
    scope: 'orders:read',
    query: [],
    handler: readTraffic(deps),
  },
  {
    operationId: 'readPlan',
    method: 'GET',
    path: '/plan',
    scope: 'orders:read',
    query: [],
    handler: readPlan(deps),
  },
  {
    operationId: 'changePlan',
    method: 'POST',
    path: '/plan',
    scope: 'plan:write',
    query: [],
    handler: changePlan(deps),
  },
  {
    operationId: 'readHealth',
    method: 'GET',
    path: '/health',
    scope: 'anybody',
    query: [],
    handler: async () => answerOk({ status: 'ok', region: deps.region }),
  },
  {
    operationId: 'readOpenApi',
    method: 'GET',
    path: '/openapi.json',
    scope: 'anybody',
    query: [],
    handler: readOpenApi(deps, () => routesOf(deps)),
  },
];
