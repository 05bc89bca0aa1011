/**
 * Which list of orders the page's address names, and how to ask the API for it. An address that names none is the list
 * with open cases: what somebody who is on call wants first. Pure.
 */
import type { StreamClass } from '../../../../domain/fold/folded-stream.ts';
import { classWords } from './order-words.ts';
import type { Query } from './route.ts';

export type OrdersList =
  | { readonly kind: 'open-cases' }
  | { readonly kind: 'status'; readonly status: string }
  | { readonly kind: 'customer'; readonly customer: string };

export interface OrdersPlace {
  readonly list: OrdersList;
  /** Others are left out; undefined for all. */
  readonly class: StreamClass | undefined;
  /** Of the page; undefined for the first. */
  readonly cursor: string | undefined;
}

export const readOrdersPlace = ({ status, customer, class: name, cursor }: Query): OrdersPlace => ({
  list: status ? { kind: 'status', status } : customer ? { kind: 'customer', customer } : { kind: 'open-cases' },
  class: Object.keys(classWords).find((it) => it === name) as StreamClass | undefined,
  cursor: cursor || undefined,
});

export const formatOrdersPlace = ({ list, class: name = '' as StreamClass, cursor = '' }: OrdersPlace): Query => ({
  status: list.kind === 'status' ? list.status : '',
  customer: list.kind === 'customer' ? list.customer : '',
  class: name,
  cursor,
});

/** As `GET /orders` takes it. */
export const ordersRequest = ({
  list,
  class: name,
  cursor,
}: OrdersPlace): Readonly<Record<string, string | undefined>> => ({
  status: list.kind === 'status' ? list.status : undefined,
  customer: list.kind === 'customer' ? list.customer : undefined,
  openCases: list.kind === 'open-cases' ? 'true' : undefined,
  class: name,
  cursor,
  limit: '50',
});

/** The same list from its beginning. */
export const fromStart = (place: OrdersPlace): OrdersPlace => ({ ...place, cursor: undefined });
