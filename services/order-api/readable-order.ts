/**
 * An order as its caller may read it: what is personal takes the scope `orders:read`, also in the answer of a write.
 */
import { LedgerFault } from '../../domain/ports/event-store.ts';
import { closeFields, type FoldedOrder, openFields } from '../ledger/open-fields.ts';
import { type OrderState, orderState } from '../ledger/order-state.ts';
import type { Caller } from './caller.ts';
import type { OrderApiDeps } from './order-api-deps.ts';

export interface ReadableOrder extends FoldedOrder {
  readonly orderId: string;
}

/** Throws LedgerFault. */
export const readableOrder = async (
  deps: OrderApiDeps,
  { scopes }: Pick<Caller, 'scopes'>,
  order: ReadableOrder,
): Promise<OrderState> => {
  const fields = scopes.has('orders:read') ? await openFields(deps, order) : closeFields(order.folded.fields);
  return orderState({ ...order.folded, fields }, { ...deps, orderId: order.orderId });
};

/** What is stored is stored: a key that cannot be had now leaves values closed, and the answer as it is. */
export const answeredOrder = async (
  deps: OrderApiDeps,
  caller: Pick<Caller, 'scopes'>,
  order: ReadableOrder,
): Promise<OrderState> => {
  try {
    return await readableOrder(deps, caller, order);
  } catch (error) {
    if (!(error instanceof LedgerFault)) throw error;
    return readableOrder(deps, { scopes: new Set() }, order);
  }
};
