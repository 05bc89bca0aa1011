/** Sends orders to a region of a world, as a shop would. */
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import { orderStream } from '../../domain/ledger/stream-name.ts';
import type { Region, World } from '../../infra/world/world-types.ts';
import { address } from './builders/retail-drafts.ts';
import { collect } from './collect.ts';

export interface Acknowledged {
  readonly stream: string;
  readonly position: string;
}

/** Throws what is no acknowledgement. */
export const placeOrder = async (region: Pick<Region, 'apiUrl'>, orderId: string): Promise<Acknowledged> =>
  post(region, '/orders', orderId, {
    orderId,
    customerId: 'customer-1',
    currency: 'EUR',
    lines: [{ sku: 'chair', quantity: 1, unitPrice: 4990 }],
    shippingAddress: address('Lisbon'),
  });

export const recordFact = async (
  region: Pick<Region, 'apiUrl'>,
  orderId: string,
  fact: { readonly type: string; readonly source: string; readonly data?: object },
): Promise<Acknowledged> => post(region, `/orders/${orderId}/facts`, orderId, { data: {}, ...fact });

export const decide = async (region: Pick<Region, 'apiUrl'>, orderId: string, type: string): Promise<Acknowledged> =>
  post(region, `/orders/${orderId}/decisions`, orderId, { type, data: {} });

export const streamOf = (orderId: string): string => orderStream({ tenant: 'default', orderId });

/** Every row of a region as one text, for comparing byte for byte. */
export const viewsText = async (region: Region): Promise<string> =>
  (await collect(region.views()))
    .map((view) => canonicalJson(withoutTime(view)))
    .sort()
    .join('\n');

/** When a row was folded is the one thing in which regions that agree differ. */
export const withoutTime = <View extends { readonly foldedAtMs: number }>(view: View): Omit<View, 'foldedAtMs'> => {
  const { foldedAtMs: _, ...rest } = view;
  return rest;
};

export const regionsOf = (world: World): readonly [Region, Region] => {
  const [first, second] = world.regions;
  if (!first || !second) throw new Error('the world has two regions');
  return [first, second];
};

let keys = 0;

const post = async (
  { apiUrl }: Pick<Region, 'apiUrl'>,
  path: string,
  orderId: string,
  body: object,
): Promise<Acknowledged> => {
  const answer = await fetch(`${apiUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `key-${++keys}` },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const answered = (await answer.json()) as { entry?: { position?: string } };
  const position = answered.entry?.position;
  if (!answer.ok || position === undefined) throw new Error(`${answer.status}: ${JSON.stringify(answered)}`);
  return { stream: streamOf(orderId), position };
};
