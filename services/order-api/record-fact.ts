/**
 * `POST /orders/{id}/facts`: something happened outside. It is taken whatever the order's status, known order or not.
 */
import { readFactBody } from './command-body.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { readPathOrderId, takeCommand } from './take-command.ts';

export const recordFact = (deps: OrderApiDeps) =>
  takeCommand(deps, {
    kind: 'fact',
    readBody: (body) => readFactBody(body),
    orderIdOf: ({ event }) => readPathOrderId(event),
  });
