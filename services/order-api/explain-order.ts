/**
 * `GET /orders/{id}/explanation`: why this region says of an order what it says, folded from its ledger as it is now,
 * and with a token never older than that.
 */
import { orderStream } from '../../domain/ledger/stream-name.ts';
import { loadCovering } from '../ledger/load-covering.ts';
import { type Answer, answerOk, answerProblem, readHeader, stateHeaders } from './http-answer.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { orderExplanation } from './order-explanation.ts';
import { readDemand } from './read-wait.ts';
import type { ApiRequest } from './request.ts';
import { readPathOrderId } from './take-command.ts';

export const explainOrder =
  (deps: OrderApiDeps) =>
  async (apiRequest: ApiRequest): Promise<Answer> => {
    const { event, caller } = apiRequest;
    const orderId = readPathOrderId(event);
    if (orderId.kind === 'refused') return answerProblem(orderId.refusal);
    const demand = readDemand(apiRequest, deps);
    if (demand.kind === 'refused') return answerProblem(demand.refusal);
    const known = await loadCovering(
      deps,
      orderStream({ tenant: caller.tenant, orderId: orderId.value }),
      demand.value,
    );
    if (known.kind === 'not-covered') return answerProblem(known);
    const { folded, read } = known;
    const { entries, damaged } = known.loaded;
    // Of an order whose entries are all damaged there is that to say, and nothing else.
    if (entries.length === 0 && damaged.length === 0) return answerProblem({ kind: 'unknown-order', seen: folded.cut });
    const explanation = orderExplanation(folded, { orderId: orderId.value, region: deps.region, damaged });
    return answerOk(explanation, { ...stateHeaders(folded), ...readHeader(read) });
  };
