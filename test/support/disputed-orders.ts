/**
 * Orders that two regions disagree about, taken by their real order APIs, with what each region remembers of the review.
 */
import { beginCaseLife, type CaseLifeEvent, stepCaseLife } from '../../domain/review/case-life.ts';
import { createInMemoryControlStore } from '../../infra/in-memory/in-memory-control-store.ts';
import type { CreateOrderApi } from '../../services/order-api/order-api.ts';
import { type CaseLives, createCaseLives } from '../../services/review/case-lives.ts';
import { placed } from './builders/retail-drafts.ts';
import type { OrderApiClient } from './order-api-client.ts';
import { startMs } from './test-tokens.ts';
import { createTwoRegionOrders, type TwoRegionOrders } from './two-region-orders.ts';

export interface DisputedOrders extends TwoRegionOrders {
  readonly lives: CaseLives;
  /** Shipped in us-east-1, cancelled in eu-west-1 for `reason`; both know by now. Returns the cancellation's id. */
  readonly dispute: (orderId: string, reason?: string) => Promise<string>;
  /** Entries of both cross. */
  readonly meet: () => void;
  /** As the review of this region would: the case is found, and these steps follow. */
  readonly remember: (orderId: string, caseId: string, events?: readonly CaseLifeEvent[]) => Promise<void>;
}

/** The lives are of us-east-1, and both APIs read them. */
export const createDisputedOrders = (options: Partial<CreateOrderApi> = {}): DisputedOrders => {
  const lives = createCaseLives(createInMemoryControlStore());
  const regions = createTwoRegionOrders({ lives, ...options });
  const { us, eu, replicate } = regions;
  const meet = () => {
    replicate(us, eu);
    replicate(eu, us);
  };
  return {
    ...regions,
    lives,
    meet,
    dispute: async (orderId, reason = 'Changed their mind') => {
      await taken(us.api, '/orders', `place-${orderId}`, { orderId, ...placed().data });
      await fact(us.api, orderId, 'PaymentCaptured', 'psp', { amount: 9980 });
      meet();
      await fact(us.api, orderId, 'OrderPacked', 'warehouse');
      await fact(us.api, orderId, 'OrderShipped', 'carrier');
      const cancelled = { type: 'OrderCancelled', data: { reason } };
      const { entry } = await taken(eu.api, `/orders/${orderId}/decisions`, `cancel-${orderId}`, cancelled);
      meet();
      return entry.id;
    },
    remember: async (orderId, caseId, events = []) => {
      const stream = `order/acme/${orderId}`;
      const { entries } = await us.store.load(stream);
      const entry = entries.find(({ id }) => id === caseId);
      if (!entry) throw new Error(`${orderId} has no entry ${caseId}`);
      let life = beginCaseLife({ caseId, stream, position: entry.position, acceptedIn: entry.region }, startMs);
      for (const event of events) life = stepCaseLife(life, event, startMs) ?? life;
      const { revision } = await lives.read({ stream, caseId });
      if (!(await lives.replace(life, revision))) throw new Error('somebody else wrote the life');
    },
  };
};

export const fact = (
  api: OrderApiClient,
  orderId: string,
  type: string,
  source: string,
  data: object = {},
): Promise<{ readonly entry: { readonly id: string } }> =>
  taken(api, `/orders/${orderId}/facts`, `${type}-${orderId}`, { type, source, data });

/** Throws where it is refused. */
export const taken = async (api: OrderApiClient, path: string, key: string, body: unknown) => {
  const reply = await api.post(path, key, body);
  if (reply.status !== 201) throw new Error(`${path} was answered ${reply.status}: ${JSON.stringify(reply.body)}`);
  return reply.body;
};
