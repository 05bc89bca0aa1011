/**
 * `GET /orders/{id}`: the order as this region knows it now, folded from its strongly consistent ledger in one Query.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { fold } from '../../domain/fold/fold.ts';
import { orderStream } from '../../domain/ledger/stream-name.ts';
import { readCaller } from './caller.ts';
import { type Answer, answerOk, answerProblem, stateHeaders } from './http-answer.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { orderState } from './order-state.ts';
import { readPathOrderId } from './take-command.ts';

export const readOrder =
  ({ eventStore, lifecycle, region, settings }: OrderApiDeps) =>
  async (event: APIGatewayProxyEventV2): Promise<Answer> => {
    const orderId = readPathOrderId(event);
    if (orderId.kind === 'refused') return answerProblem(orderId.refusal);
    const { tenant } = readCaller(event, settings);
    const { entries } = await eventStore.load(orderStream({ tenant, orderId: orderId.value }));
    if (entries.length === 0) return answerProblem({ kind: 'unknown-order' });
    const folded = fold(entries, lifecycle);
    return answerOk(orderState(folded, { orderId: orderId.value, region, lifecycle }), stateHeaders(folded));
  };
