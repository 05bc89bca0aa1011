/**
 * The partition key of the ledger: `order/<tenant>/<orderId>`. The tenant is part of it, so tenants meet in no key. Beside
 * orders one stream holds the deployment's write plans.
 */
export interface OrderKey {
  readonly tenant: string;
  readonly orderId: string;
}

/** Tenant and order id: what a URL, a partition key and a log line can carry without escaping. */
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const orderStream = ({ tenant, orderId }: OrderKey): string => `order/${tenant}/${orderId}`;

/** Undefined when `stream` is not an order's. */
export const parseOrderStream = (stream: string): OrderKey | undefined => {
  const [prefix, tenant = '', orderId = '', ...rest] = stream.split('/');
  const isOrder = prefix === 'order' && rest.length === 0 && namePattern.test(tenant) && namePattern.test(orderId);
  return isOrder ? { tenant, orderId } : undefined;
};

/** Of the deployment, and of no tenant. */
export const planStream = 'plan';

/** What stands as an entry's tenant; the write plan's is its own name. Undefined for what is no stream of entries. */
export const tenantOf = (stream: string): string | undefined =>
  stream === planStream ? planStream : parseOrderStream(stream)?.tenant;
