/** A world whose regions stop taking decisions when they lose sight of each other, and what its callers see of that. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RegionState } from '../../domain/write-plan/region-state.ts';
import { type StartWorldOptions, startWorld } from '../../infra/world/main.ts';
import type { Region, World } from '../../infra/world/world-types.ts';
import { createRegionDocument } from '../../services/write-plan/region-document.ts';
import { placed } from './builders/retail-drafts.ts';
import { createHttpOrderApi, type HttpOrderApi } from './http-order-api.ts';
import type { Reply } from './order-api-client.ts';
import { shopGrant, streamOf } from './world-client.ts';

export interface Counter {
  readonly region: Region;
  readonly name: string;
  readonly api: HttpOrderApi;
  /** Tries to place one more order, which is a decision. Throws what is neither taken nor not admitted. */
  readonly place: () => Promise<PlaceOutcome>;
  readonly recordPayment: (orderId: string) => Promise<Reply>;
  readonly read: (orderId: string) => Promise<Reply>;
  readonly state: () => Promise<RegionState>;
  /** Orders that it said it had taken. */
  readonly acknowledged: readonly string[];
}

export type PlaceOutcome =
  | { readonly kind: 'taken'; readonly orderId: string }
  | { readonly kind: 'not-admitted'; readonly reply: Reply };

/** Of us-east-1, which is primary, and eu-west-1. */
export interface PlannedWorld {
  readonly world: World;
  readonly primary: Counter;
  readonly second: Counter;
  readonly stop: () => Promise<void>;
}

export const openPlannedWorld = async (options: Partial<StartWorldOptions>): Promise<PlannedWorld> => {
  const world = await startWorld({ regions: ['us-east-1', 'eu-west-1'], ...options, onFault: () => undefined });
  const [primary, second] = (await openCounters(world)) as readonly [Counter, Counter];
  const stop = async (): Promise<void> => {
    for (const { api } of [primary, second]) api.close();
    await world.stop();
  };
  return { world, primary, second, stop };
};

let orders = 0;

const openCounters = async (world: World): Promise<readonly Counter[]> => {
  const token = await world.issueToken(shopGrant);
  return world.regions.map((region) => openCounter(region, token));
};

const openCounter = (region: Region, token: string): Counter => {
  const api = createHttpOrderApi(region.apiUrl, { token });
  const document = createRegionDocument(region.controlStore);
  const acknowledged: string[] = [];
  return {
    region,
    name: region.name,
    api,
    acknowledged,
    place: async () => {
      const orderId = `${region.name}-${++orders}`;
      const reply = await api.post('/orders', `place-${orderId}`, { orderId, ...placed().data });
      if (reply.status === 201) {
        acknowledged.push(orderId);
        return { kind: 'taken', orderId };
      }
      const { type } = reply.body as { readonly type?: string };
      if (reply.status === 503 && type?.endsWith('not-admitted')) return { kind: 'not-admitted', reply };
      throw new Error(`${reply.status}: ${JSON.stringify(reply.body)}`);
    },
    recordPayment: (orderId) =>
      api.post(`/orders/${orderId}/facts`, `pay-${orderId}-${region.name}`, {
        type: 'PaymentCaptured',
        source: 'psp',
        data: { amount: 4_990 },
      }),
    read: (orderId) => api.get(`/orders/${orderId}`),
    state: async () => {
      const { state } = await document.read();
      if (!state) throw new Error(`${region.name} has no document`);
      return state;
    },
  };
};

/** Seconds until it is so; `what` is for the message when it is not within `secondsMax`. */
export const secondsUntil = async (
  what: string,
  isTrue: () => Promise<boolean>,
  secondsMax: number,
): Promise<number> => {
  const startedMs = performance.now();
  for (;;) {
    const isSo = await isTrue().catch(() => false);
    const seconds = (performance.now() - startedMs) / 1_000;
    if (isSo) return Number(seconds.toFixed(1));
    if (seconds > secondsMax) throw new Error(`${what}: not within ${secondsMax} s`);
    await sleep(lookMs);
  }
};

const lookMs = 100;

/** Which of these orders a region does not hold. */
export const missingIn = async ({ eventStore }: Region, orderIds: readonly string[]): Promise<readonly string[]> => {
  const held = new Set<string>();
  for await (const stream of eventStore.streams()) held.add(stream);
  return orderIds.filter((orderId) => !held.has(streamOf(orderId)));
};

/** The epochs of an order's entries as a region holds them. */
export const epochsOf = async ({ eventStore }: Region, orderId: string): Promise<readonly unknown[]> =>
  (await eventStore.load(streamOf(orderId))).entries.map(({ epoch }) => epoch);

/** Throws what is not taken. Returns its order. */
export const placeOne = async (counter: Counter): Promise<string> => {
  const outcome = await counter.place();
  if (outcome.kind !== 'taken') throw new Error(`${counter.name} takes no decision: ${JSON.stringify(outcome.reply)}`);
  return outcome.orderId;
};

/** For whoever reads the output of a run. */
export const say = (line: string): void => void process.stdout.write(`  ${line}\n`);
