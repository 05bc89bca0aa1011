/**
 * A region's order API as the page uses it: one function a route, with the API's own types. All throw Problem, or SignedOut.
 */

import type { OrderState } from '../../../ledger/order-state.ts';
import type { CaseReport } from '../../../order-api/cases/case-report.ts';
import type { CasesPage } from '../../../order-api/cases/cases-page.ts';
import type { ResolutionAnswer } from '../../../order-api/cases/take-resolution.ts';
import type { OrdersPage } from '../../../order-api/list-orders.ts';
import type { OrderExplanation } from '../../../order-api/order-explanation.ts';
import type { EntriesPage } from '../../../order-api/read-entries.ts';
import type { TotalsAnswer } from '../../../order-api/read-totals.ts';
import type { TrafficAnswer } from '../../../order-api/read-traffic.ts';
import type { PlanAnswer, ReplicationAnswer } from '../../../write-plan/plan-answers.ts';
import type { Session } from '../session/session.ts';
import { Problem, problemOf, toProblem } from './problem.ts';

export interface OrderApi {
  readonly region: string;
  readonly listOrders: (query: Query, signal?: AbortSignal) => Promise<OrdersPage>;
  readonly readOrder: (orderId: string, signal?: AbortSignal) => Promise<OrderState>;
  readonly readEntries: (orderId: string, query: Query, signal?: AbortSignal) => Promise<EntriesPage>;
  readonly explainOrder: (orderId: string, signal?: AbortSignal) => Promise<OrderExplanation>;
  readonly listCases: (query: Query, signal?: AbortSignal) => Promise<CasesPage>;
  /** With `orderId` also where this region has not heard of the case. */
  readonly readCase: (caseId: string, orderId: string | undefined, signal?: AbortSignal) => Promise<CaseReport>;
  readonly resolveCase: (decision: CaseDecisionRequest) => Promise<ResolutionAnswer>;
  readonly readPlan: (signal?: AbortSignal) => Promise<PlanAnswer>;
  readonly readReplication: (signal?: AbortSignal) => Promise<ReplicationAnswer>;
  readonly readTotals: (signal?: AbortSignal) => Promise<TotalsAnswer>;
  readonly readTraffic: (signal?: AbortSignal) => Promise<TrafficAnswer>;
}

export type Query = Readonly<Record<string, string | undefined>>;

interface CaseDecisionRequest {
  readonly caseId: string;
  readonly orderId: string;
  /** The state that the person saw: the order's token. */
  readonly token: string;
  /** The same for every try of one decision. */
  readonly idempotencyKey: string;
  /** As docs/order-api.md has it. */
  readonly body: unknown;
}

/** A region that is cut off should be said to be so while somebody still waits. */
const timeoutMs = 10_000;

export const createOrderApi = (region: string, apiUrl: string, session: Session): OrderApi => {
  const ask = async (path: string, init: RequestInit & { readonly query?: Query | undefined }): Promise<Response> => {
    const url = `${apiUrl}${path}${formatQuery(init.query ?? {})}`;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    const send = (token: string) =>
      fetch(url, {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${token}` },
        signal,
        redirect: 'error',
      });
    try {
      const token = await session.token();
      let response = await send(token);
      // It may have ended on its way; nothing was done for it.
      if (response.status === 401) {
        const renewed = await session.token(token);
        if (renewed !== token) response = await send(renewed);
      }
      if (!response.ok) throw await problemOf(response);
      return response;
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw error instanceof Problem ? error : toProblem(error);
    }
  };
  const get = async <Body>(path: string, query: Query, signal: AbortSignal | undefined): Promise<Body> =>
    (await ask(path, { query, ...(signal && { signal }) })).json() as Promise<Body>;
  const orderPath = (orderId: string) => `/orders/${encodeURIComponent(orderId)}`;
  const casePath = (caseId: string) => `/cases/${encodeURIComponent(caseId)}`;

  return {
    region,
    listOrders: (query, signal) => get('/orders', query, signal),
    readOrder: (orderId, signal) => get(orderPath(orderId), {}, signal),
    readEntries: (orderId, query, signal) => get(`${orderPath(orderId)}/entries`, query, signal),
    explainOrder: (orderId, signal) => get(`${orderPath(orderId)}/explanation`, {}, signal),
    listCases: (query, signal) => get('/cases', query, signal),
    readCase: (caseId, orderId, signal) => get(casePath(caseId), { order: orderId }, signal),
    readPlan: (signal) => get('/plan', {}, signal),
    readReplication: (signal) => get('/replication', {}, signal),
    readTotals: (signal) => get('/totals', {}, signal),
    readTraffic: (signal) => get('/traffic', {}, signal),
    resolveCase: async ({ caseId, token, idempotencyKey, body }) => {
      const response = await ask(`${casePath(caseId)}/resolution`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey,
          'if-match': `"${token}"`,
        },
        body: JSON.stringify(body),
      });
      return response.json() as Promise<ResolutionAnswer>;
    },
  };
};

const formatQuery = (query: Query): string => {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(Object.fromEntries(given))}`;
};
