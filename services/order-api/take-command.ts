/**
 * What every write request has in common: key, precondition, JSON body, append, and the answer to each outcome.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { EntryKind } from '../../domain/ledger/entry.ts';
import { namePattern } from '../../domain/ledger/stream-name.ts';
import type { AppendOutcome } from '../ledger/append-commands.ts';
import { awaitReplication } from '../ledger/await-replication.ts';
import type { Caller } from './caller.ts';
import type { CommandBody } from './command-body.ts';
import { type Answer, answerAccepted, answerCreated, answerProblem, stateHeaders } from './http-answer.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { traceIdOf } from './read-headers.ts';
import { readWriteDemand, type WriteDemand } from './read-wait.ts';
import { readWriteFrame } from './read-write.ts';
import { writtenOrder } from './readable-order.ts';
import { type ApiRequest, type Read, read, refuse } from './request.ts';
import { type CommandParts, composeCommand, type OrderCommand, runCommand } from './run-command.ts';

export interface CommandRoute<Body extends CommandBody> {
  readonly kind: EntryKind;
  /** What is asked for, and whether the caller may ask for it. */
  readonly readBody: (body: unknown, caller: Caller) => Read<Body>;
  readonly orderIdOf: (request: CommandRequest<Body>) => Read<string>;
}

export interface CommandRequest<Body extends CommandBody> extends ApiRequest {
  readonly idempotencyKey: string;
  readonly body: Body;
}

export const takeCommand =
  <Body extends CommandBody>(deps: OrderApiDeps, route: CommandRoute<Body>) =>
  async (apiRequest: ApiRequest): Promise<Answer> => {
    const demand = readWriteDemand(apiRequest, deps);
    if (demand.kind === 'refused') return answerProblem(demand.refusal);
    const request = readRequest(apiRequest, route, demand.value);
    if (request.kind === 'refused') return answerProblem(request.refusal);
    const outcome = await runCommand(deps, request.value, demand.value.wait);
    return answerOutcome(outcome, { ...request.value, caller: apiRequest.caller }, demand.value, deps);
  };

/** The order id of a path; whatever else stands there is no order of anybody. */
export const readPathOrderId = (event: APIGatewayProxyEventV2): Read<string> => {
  const orderId = event.pathParameters?.['id'] ?? '';
  return namePattern.test(orderId) ? read(orderId) : refuse({ kind: 'invalid-order-id' });
};

const readRequest = <Body extends CommandBody>(
  { event, caller }: ApiRequest,
  route: CommandRoute<Body>,
  { after }: WriteDemand,
): Read<OrderCommand> => {
  const frame = readWriteFrame(event);
  if (frame.kind === 'refused') return frame;
  const { idempotencyKey, expected, json } = frame.value;
  const body = route.readBody(json, caller);
  if (body.kind === 'refused') return body;
  const orderId = route.orderIdOf({ event, caller, idempotencyKey, body: body.value });
  if (orderId.kind === 'refused') return orderId;
  const parts: CommandParts = {
    kind: route.kind,
    orderId: orderId.value,
    caller,
    idempotencyKey,
    body: body.value,
    expected,
    after,
    traceId: traceIdOf(event),
  };
  return read(composeCommand(parts));
};

const answerOutcome = async (
  outcome: AppendOutcome,
  { orderId, pointerTo, caller }: OrderCommand & Pick<ApiRequest, 'caller'>,
  { replicated, wait }: WriteDemand,
  deps: OrderApiDeps,
): Promise<Answer> => {
  if (outcome.kind !== 'appended' && outcome.kind !== 'replayed') return answerProblem(outcome, { pointerTo });
  const { entry, folded } = outcome;
  // Side by side: after a wait for the one, a key service that is slow would keep the answer past the gateway's patience.
  const [replication, order] = await Promise.all([
    replicated ? awaitReplication(deps, [entry], wait) : undefined,
    writtenOrder(deps, caller, { ...outcome, orderId }),
  ]);
  const answer = replication?.missing.length ? answerAccepted : answerCreated;
  return answer(
    {
      order,
      entry: { id: entry.id, position: entry.position },
      replication,
    },
    {
      ...stateHeaders(folded),
      location: `/orders/${orderId}`,
      ...(outcome.kind === 'replayed' && { 'idempotency-replayed': 'true' }),
    },
  );
};
