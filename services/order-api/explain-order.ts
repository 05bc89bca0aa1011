/**
 * `GET /orders/{id}/explanation`: why this region says of an order what it says, folded from its ledger as it is now.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { fold } from '../../domain/fold/fold.ts';
import { orderStream } from '../../domain/ledger/stream-name.ts';
import { readCaller } from './caller.ts';
import { type Answer, answerOk, answerProblem, stateHeaders } from './http-answer.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { orderExplanation } from './order-explanation.ts';
import { readPathOrderId } from './take-command.ts';

export const explainOrder =
  ({ eventStore, lifecycle, region, settings }: OrderApiDeps) =>
  async (event: APIGatewayProxyEventV2): Promise<Answer> => {
    const orderId = readPathOrderId(event);
    if (orderId.kind === 'refused') return answerProblem(orderId.refusal);
    const { tenant } = readCaller(event, settings);
    const { entries, damaged } = await eventStore.load(orderStream({ tenant, orderId: orderId.value }));
    // Of an order whose entries are all damaged there is that to say, and nothing else.
    if (entries.length === 0 && damaged.length === 0) return answerProblem({ kind: 'unknown-order' });
    const folded = fold(entries, lifecycle);
    return answerOk(orderExplanation(folded, { orderId: orderId.value, region, damaged }), stateHeaders(folded));
  };
