/**
 * `POST /orders`: begins an order, under the caller's own number or one that follows from its Idempotency-Key.
 */
import { deriveOrderId } from '../ledger/derive-order-id.ts';
import { readPlaceOrderBody } from './command-body.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { read } from './request.ts';
import { takeCommand } from './take-command.ts';

export const placeOrder = (deps: OrderApiDeps) =>
  takeCommand(deps, {
    kind: 'decision',
    readBody: (body) => readPlaceOrderBody(body, deps.lifecycle),
    orderIdOf: ({ body, caller, idempotencyKey }) =>
      read(body.orderId ?? deriveOrderId({ tenant: caller.tenant, idempotencyKey }, deps.sha256)),
  });
