/**
 * `POST /orders`: begins an order.
 *
 * Without a number of the caller's own, the order's id follows from tenant and Idempotency-Key. So a retry lands in the
 * same stream whichever region it goes to, also while the regions cannot see each other, and the fold finds it a repetition.
 */
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import type { Sha256 } from '../../domain/ports/digest.ts';
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

const deriveOrderId = (
  { tenant, idempotencyKey }: { tenant: string; idempotencyKey: string },
  sha256: Sha256,
): string => sha256(canonicalJson(['order', tenant, idempotencyKey])).slice(0, derivedIdDigits);

/** 128 bits: no two keys meet. */
const derivedIdDigits = 32;
