/**
 * An order as its caller may read it: what it is about takes the scope `orders:read`, also in the answer of a write.
 */
import { openFields, openStoredFields } from '../ledger/open-fields.ts';
import type { FoldedOrder } from '../ledger/open-sealed.ts';
import { type OrderProgress, type OrderState, orderProgress, orderState } from '../ledger/order-state.ts';
import type { Caller } from './caller.ts';
import type { OrderApiDeps } from './order-api-deps.ts';

export interface ReadableOrder extends FoldedOrder {
  readonly orderId: string;
}

/** Who may only write gets no more than what it takes to go on. */
export type WrittenOrder = OrderProgress & Partial<OrderState>;

/** For callers who may read orders. Throws LedgerFault. */
export const readableOrder = async (deps: OrderApiDeps, order: ReadableOrder): Promise<OrderState> =>
  stateWith(deps, order, await openFields(deps, order));

export const writtenOrder = async (
  deps: OrderApiDeps,
  { scopes }: Pick<Caller, 'scopes'>,
  order: ReadableOrder,
): Promise<WrittenOrder> => {
  if (!scopes.has('orders:read')) return orderProgress(order.folded, { ...deps, orderId: order.orderId });
  return stateWith(deps, order, await openStoredFields(deps, order));
};

const stateWith = (deps: OrderApiDeps, { orderId, folded }: ReadableOrder, fields: OrderState['fields']): OrderState =>
  orderState({ ...folded, fields }, { ...deps, orderId });
