/**
 * `POST /orders/{id}/decisions`: somebody chose something, on the strength of what they saw. The lifecycle may forbid it.
 */
import { readDecisionBody } from './command-body.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { readPathOrderId, takeCommand } from './take-command.ts';

export const appendDecision = (deps: OrderApiDeps) =>
  takeCommand(deps, { kind: 'decision', readBody: readDecisionBody, orderIdOf: ({ event }) => readPathOrderId(event) });
