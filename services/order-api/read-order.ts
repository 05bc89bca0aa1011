/**
 * `GET /orders/{id}`: the order as this region knows it now, folded from its strongly consistent ledger in one Query. With
 * a token it is never older than that; with `wait`, it may take a few Queries more.
 */
import { orderStream } from '../../domain/ledger/stream-name.ts';
import { loadCovering } from '../ledger/load-covering.ts';
import { type Answer, answerOk, answerProblem, readHeader, stateHeaders } from './http-answer.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { readDemand } from './read-wait.ts';
import { readableOrder } from './readable-order.ts';
import type { ApiRequest } from './request.ts';
import { readPathOrderId } from './take-command.ts';

export const readOrder =
  (deps: OrderApiDeps) =>
  async (apiRequest: ApiRequest): Promise<Answer> => {
    const { event, caller } = apiRequest;
    const orderId = readPathOrderId(event);
    if (orderId.kind === 'refused') return answerProblem(orderId.refusal);
    const demand = readDemand(apiRequest, deps);
    if (demand.kind === 'refused') return answerProblem(demand.refusal);
    const stream = orderStream({ tenant: caller.tenant, orderId: orderId.value });
    const known = await loadCovering(deps, stream, demand.value);
    if (known.kind === 'not-covered') return answerProblem(known);
    const { loaded, folded, read } = known;
    if (loaded.entries.length === 0) return answerProblem({ kind: 'unknown-order', seen: folded.cut });
    const order = { orderId: orderId.value, entries: loaded.entries, folded };
    return answerOk(await readableOrder(deps, order), { ...stateHeaders(folded), ...readHeader(read) });
  };
