/**
 * An order as its caller may read it: what it is about takes the scope `orders:read`, also in the answer of a write.
 */
import { LedgerFault } from '../../domain/ports/event-store.ts';
import { closeFields, type FoldedOrder, openFields } from '../ledger/open-fields.ts';
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

/** What is stored is stored: a key that cannot be had now leaves values closed, and the answer as it is. */
export const writtenOrder = async (
  deps: OrderApiDeps,
  { scopes }: Pick<Caller, 'scopes'>,
  order: ReadableOrder,
): Promise<WrittenOrder> => {
  if (!scopes.has('orders:read')) return orderProgress(order.folded, { ...deps, orderId: order.orderId });
  try {
    return await readableOrder(deps, order);
  } catch (error) {
    if (!(error instanceof LedgerFault)) throw error;
    return stateWith(deps, order, closeFields(order.folded.fields));
  }
};

const stateWith = (deps: OrderApiDeps, { orderId, folded }: ReadableOrder, fields: OrderState['fields']): OrderState =>
  orderState({ ...folded, fields }, { ...deps, orderId });
