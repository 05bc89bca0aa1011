/** Sends orders to a region of a world, as a shop would. */
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import { orderStream } from '../../domain/ledger/stream-name.ts';
import type { Region, TokenGrant, World } from '../../infra/world/world-types.ts';
import { scopes } from '../../services/order-api/caller.ts';
import { address } from './builders/retail-drafts.ts';
import { collect } from './collect.ts';

/** A region's API, and how to be let in. */
export interface Shop {
  readonly apiUrl: string;
  readonly token: () => Promise<string>;
}

export type ShopRegion = Region & Shop;

/** Who the tests are in a world. */
export const shopGrant: TokenGrant = { scopes, tenant: 'default', subject: 'shop', expiresInSeconds: 3_600 };

/** A test has no minute to spare until its world takes decisions in every region. */
export const breaker = { coolDownSeconds: 1 };

export interface Acknowledged {
  readonly stream: string;
  readonly position: string;
}

/** Throws what is no acknowledgement. */
export const placeOrder = async (region: Shop, orderId: string): Promise<Acknowledged> =>
  post(region, '/orders', orderId, {
    orderId,
    customerId: 'customer-1',
    currency: 'EUR',
    lines: [{ sku: 'chair', quantity: 1, unitPrice: 4990 }],
    shippingAddress: address('Lisbon'),
  });

export const recordFact = async (
  region: Shop,
  orderId: string,
  fact: { readonly type: string; readonly source: string; readonly data?: object },
): Promise<Acknowledged> => post(region, `/orders/${orderId}/facts`, orderId, { data: {}, ...fact });

export const decide = async (region: Shop, orderId: string, type: string): Promise<Acknowledged> =>
  post(region, `/orders/${orderId}/decisions`, orderId, { type, data: {} });

/** With which status the region answers. */
export const readOrder = async ({ apiUrl, token }: Shop, orderId: string): Promise<number> => {
  const headers = { authorization: `Bearer ${await token()}` };
  return (await fetch(`${apiUrl}/orders/${orderId}`, { headers })).status;
};

export const streamOf = (orderId: string): string => orderStream({ tenant: 'default', orderId });

/** Every row of a region as one text, for comparing byte for byte. */
export const viewsText = async (region: Region): Promise<string> =>
  (await collect(region.views()))
    .map((view) => canonicalJson(withoutTime(view)))
    .sort()
    .join('\n');

/** A region of a world that another process runs. */
export const shopAt = (portBase: number, apiPort: number): Shop => ({
  apiUrl: `http://127.0.0.1:${apiPort}`,
  token: () => fetchToken(portBase),
});

export const fetchToken = async (portBase: number): Promise<string> => {
  const answer = await fetch(`http://127.0.0.1:${portBase}/world/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(shopGrant),
  });
  const { token } = (await answer.json()) as { readonly token: string };
  return token;
};

/** When a row was folded is the one thing in which regions that agree differ. */
export const withoutTime = <View extends { readonly foldedAtMs: number }>(view: View): Omit<View, 'foldedAtMs'> => {
  const { foldedAtMs: _, ...rest } = view;
  return rest;
};

export const regionsOf = (world: World): readonly [ShopRegion, ShopRegion] => {
  const token = () => world.issueToken(shopGrant);
  const [first, second] = world.regions;
  if (!first || !second) throw new Error('the world has two regions');
  return [
    { ...first, token },
    { ...second, token },
  ];
};

let keys = 0;

const post = async ({ apiUrl, token }: Shop, path: string, orderId: string, body: object): Promise<Acknowledged> => {
  const answer = await fetch(`${apiUrl}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await token()}`,
      'content-type': 'application/json',
      'idempotency-key': `key-${++keys}`,
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const answered = (await answer.json()) as { entry?: { position?: string } };
  const position = answered.entry?.position;
  if (!answer.ok || position === undefined) throw new Error(`${answer.status}: ${JSON.stringify(answered)}`);
  return { stream: streamOf(orderId), position };
};
