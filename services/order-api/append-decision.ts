/**
 * `POST /orders/{id}/decisions`: somebody chose something, on the strength of what they saw. The lifecycle may forbid it.
 *
 * To settle a case is another office than to change an order: a resolution needs a scope of its own, and no other decision
 * is opened by it.
 */
import { resolutionType } from '../../domain/lifecycle/define-lifecycle.ts';
import type { Caller, Scope } from './caller.ts';
import { type CommandBody, readDecisionBody } from './command-body.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { type Read, refuse } from './request.ts';
import { readPathOrderId, takeCommand } from './take-command.ts';

export const appendDecision = (deps: OrderApiDeps) =>
  takeCommand(deps, {
    kind: 'decision',
    readBody: (body, caller) => checkScopes(readDecisionBody(body), caller),
    orderIdOf: ({ event }) => readPathOrderId(event),
  });

const checkScopes = (body: Read<CommandBody>, caller: Caller): Read<CommandBody> => {
  if (body.kind === 'refused') return body;
  const needed = body.value.events.map(
    ({ type }): Scope => (type === resolutionType ? 'reviews:decide' : 'orders:write'),
  );
  const missing = needed.find((scope) => !caller.scopes.has(scope));
  return missing === undefined ? body : refuse({ kind: 'not-allowed', scope: missing });
};
