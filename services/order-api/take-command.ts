/**
 * What every write request has in common: key, precondition, JSON body, append, and the answer to each outcome.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { EntryKind } from '../../domain/ledger/entry.ts';
import { namePattern } from '../../domain/ledger/stream-name.ts';
import type { AppendOutcome } from './append-command.ts';
import { type Caller, readCaller } from './caller.ts';
import type { CommandBody } from './command-body.ts';
import { type Answer, answerCreated, answerProblem, stateHeaders } from './http-answer.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { orderState } from './order-state.ts';
import { readIdempotencyKey, readIfMatch, traceIdOf } from './read-headers.ts';
import { readJsonBody } from './read-json-body.ts';
import { type Read, read, refuse } from './request.ts';
import { type CommandParts, composeCommand, type OrderCommand, runCommand } from './run-command.ts';

export interface CommandRoute<Body extends CommandBody> {
  readonly kind: EntryKind;
  readonly readBody: (body: unknown) => Read<Body>;
  readonly orderIdOf: (request: CommandRequest<Body>) => Read<string>;
}

export interface CommandRequest<Body extends CommandBody> {
  readonly event: APIGatewayProxyEventV2;
  readonly caller: Caller;
  readonly idempotencyKey: string;
  readonly body: Body;
}

export const takeCommand =
  <Body extends CommandBody>(deps: OrderApiDeps, route: CommandRoute<Body>) =>
  async (event: APIGatewayProxyEventV2): Promise<Answer> => {
    const request = readRequest(event, deps, route);
    if (request.kind === 'refused') return answerProblem(request.refusal);
    const outcome = await runCommand(deps, request.value);
    return answerOutcome(outcome, request.value, deps);
  };

/** The order id of a path; whatever else stands there is no order of anybody. */
export const readPathOrderId = (event: APIGatewayProxyEventV2): Read<string> => {
  const orderId = event.pathParameters?.['id'] ?? '';
  return namePattern.test(orderId) ? read(orderId) : refuse({ kind: 'invalid-order-id' });
};

const readRequest = <Body extends CommandBody>(
  event: APIGatewayProxyEventV2,
  deps: OrderApiDeps,
  route: CommandRoute<Body>,
): Read<OrderCommand> => {
  const caller = readCaller(event, deps.settings);
  const key = readIdempotencyKey(event);
  if (key.kind === 'refused') return key;
  const expected = readIfMatch(event);
  if (expected.kind === 'refused') return expected;
  const json = readJsonBody(event);
  if (json.kind === 'refused') return json;
  const body = route.readBody(json.value);
  if (body.kind === 'refused') return body;
  const orderId = route.orderIdOf({ event, caller, idempotencyKey: key.value, body: body.value });
  if (orderId.kind === 'refused') return orderId;
  const parts: CommandParts = {
    kind: route.kind,
    orderId: orderId.value,
    caller,
    idempotencyKey: key.value,
    body: body.value,
    expected: expected.value,
    traceId: traceIdOf(event),
  };
  return read(composeCommand(parts, deps.sha256));
};

const answerOutcome = (
  outcome: AppendOutcome,
  { orderId, pointerTo }: OrderCommand,
  { region, lifecycle }: OrderApiDeps,
): Answer => {
  if (outcome.kind !== 'appended' && outcome.kind !== 'replayed') return answerProblem(outcome, { pointerTo });
  const { entry, folded } = outcome;
  return answerCreated(
    { order: orderState(folded, { orderId, region, lifecycle }), entry: { id: entry.id, position: entry.position } },
    {
      ...stateHeaders(folded),
      location: `/orders/${orderId}`,
      ...(outcome.kind === 'replayed' && { 'idempotency-replayed': 'true' }),
    },
  );
};
