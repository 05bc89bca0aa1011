/**
 * The API's first promise, over real HTTP: one idempotency key has one effect, whichever region it was sent to, how
 * often, and whatever the link between the regions did meanwhile.
 *
 * A thousand orders are told at once, each by commands that are sent one to three times to regions chosen at random, while
 * the link is cut, one way or both, slowed down and healed at random. Then the links heal, every command that was taken
 * is sent once more, and both regions have to say the same of every order: each key counted once, none lost.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld } from '../../../infra/world/main.ts';
import type { Fault, World } from '../../../infra/world/world-types.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { createHttpOrderApi, type HttpOrderApi } from '../../support/http-order-api.ts';
import type { Reply } from '../../support/order-api-client.ts';
import { breaker, shopGrant } from '../../support/world-client.ts';

const ordersTold = 1_000;
const atOnce = 24;
const timeoutMs = 15 * 60_000;
const regions = ['us-east-1', 'eu-west-1'];
const random = createSeededRandom(20_261_121);

/** A request that may be sent again: what it says is fixed by its key. */
interface Sendable {
  readonly orderIds: readonly string[];
  readonly path: string;
  readonly key: string;
  readonly body: object;
  /** Of one fact that a batch carried. */
  readonly isBatch?: boolean;
}

interface Taken {
  readonly sendable: Sendable;
  /** The entries that it was answered with. Each region may have taken it before it heard of the other's. */
  readonly answers: Set<string>;
}

describe('one key, one effect', () => {
  let world: World;
  let apis: readonly HttpOrderApi[];
  const taken = new Map<string, Taken>();
  const refusals = new Map<string, number>();

  beforeAll(async () => {
    world = await startWorld({ regions, engine: 'dynamodb-local', breaker: { ...breaker, thresholdSeconds: 3_600 } });
    const token = await world.issueToken(shopGrant);
    apis = world.regions.map(({ apiUrl }) => createHttpOrderApi(apiUrl, { token }));
  });
  afterAll(async () => {
    for (const api of apis ?? []) api.close();
    await world?.stop();
  });

  const sendOnce = async (api: HttpOrderApi, sendable: Sendable): Promise<void> => {
    const { path, key, body } = sendable;
    const reply = await api.post(path, key, body);
    expect(reply.status, `${path} ${JSON.stringify(reply.body)}`).toBeLessThan(500);
    if (reply.status === 201 || reply.status === 200) note(sendable, reply);
    else refusals.set(reply.body.type, (refusals.get(reply.body.type) ?? 0) + 1);
  };

  const note = (sendable: Sendable, reply: Reply): void => {
    const ids = entryIdsOf(reply);
    if (ids === undefined) return;
    const known = taken.get(sendable.key) ?? { sendable, answers: new Set() };
    taken.set(sendable.key, known);
    for (const id of ids) known.answers.add(id);
  };

  const tellOrder = async (number: number): Promise<void> => {
    for (const sendable of storyOf(number)) {
      const copies = 1 + Math.floor(random() * 3);
      const sent = Array.from({ length: copies }, async () => {
        await sleep(random() * 30);
        await sendOnce(pick(apis), sendable);
      });
      await Promise.all(sent);
      if (random() < 0.15) await readSomething(pick(apis), `o-${number}`);
    }
  };

  it('holds a thousand times, through partition, heal and retries in the other region', {
    timeout: timeoutMs,
  }, async () => {
    const telling = new AbortController();
    const weather = changeWeather(world, telling.signal);
    await sideBySide(
      Array.from({ length: ordersTold }, (_, number) => number),
      tellOrder,
    );
    telling.abort();
    const faults = await weather;
    await world.heal();
    expect(await world.waitUntilDrained({ timeoutMs: 60_000 })).toBe(true);

    await sideBySide([...taken.values()], async ({ sendable, answers }) => {
      const [first, ...others] = await Promise.all(apis.map((api) => sendAgain(api, sendable)));
      for (const other of others) expect(other, `${sendable.key} has one outcome`).toBe(first);
      for (const id of first?.split(',') ?? [])
        expect([...answers], `${sendable.key} had that outcome before`).toContain(id);
    });
    expect(await world.waitUntilDrained({ timeoutMs: 60_000 })).toBe(true);
    const effects = await countEffects();
    expect(taken.size, 'most commands were taken').toBeGreaterThan(ordersTold * 4);
    expect(effects.repeated, 'some were taken in both regions').toBeGreaterThan(100);
    expect(faults, 'the link was cut, again and again').toBeGreaterThan(10);
    expect([...refusals.keys()].sort()).toEqual(expect.arrayContaining(['urn:rejoin:problem:unknown-order']));
  });

  const sendAgain = async (api: HttpOrderApi, sendable: Sendable): Promise<string | undefined> => {
    const reply = await api.post(sendable.path, sendable.key, sendable.body);
    expect([200, 201], `${sendable.path} ${JSON.stringify(reply.body)}`).toContain(reply.status);
    if (!sendable.isBatch) expect(reply.headers['idempotency-replayed']).toBe('true');
    else for (const { replayed } of reply.body.results) expect(replayed).toBe(true);
    return entryIdsOf(reply)?.join();
  };

  const countEffects = async (): Promise<{ readonly repeated: number }> => {
    let repeated = 0;
    const takenOf = new Map<string, Taken[]>();
    for (const it of taken.values())
      for (const orderId of it.sendable.orderIds) takenOf.set(orderId, [...(takenOf.get(orderId) ?? []), it]);
    await sideBySide([...takenOf], async ([orderId, promised]) => {
      const [first, ...others] = await Promise.all(apis.map((api) => readWhole(api, orderId)));
      for (const other of others) expect(other).toEqual(first);
      repeated += first?.explanation.duplicates.length ?? 0;
      const counted = new Set<string>(first?.explanation.history.map(({ id }: { id: string }) => id));
      const keyOf = new Map<string, string>(
        first?.entries.map((entry: { id: string; idempotencyKey: string }) => [entry.id, entry.idempotencyKey]),
      );
      const keys = [...counted].map((id) => keyOf.get(id));
      expect(new Set(keys).size, `${orderId}: each key takes part once`).toBe(keys.length);
      for (const { sendable } of promised)
        for (const key of keysIn(sendable, orderId)) expect(keys, `${orderId}: nothing taken is lost`).toContain(key);
      const amounts = promised.flatMap(({ sendable }) => amountsIn(sendable, orderId));
      expect(first?.order.money.captured, `${orderId}: money counts once`).toBe(amounts.reduce((a, b) => a + b, 0));
    });
    return { repeated };
  };
});

/** What the API says of an order, but for the region that says it. */
const readWhole = async (api: HttpOrderApi, orderId: string) => {
  const [order, explanation, page] = await Promise.all(
    ['', '/explanation', '/entries?limit=100'].map((part) => api.get(`/orders/${orderId}${part}`)),
  );
  expect([order?.status, explanation?.status, page?.status]).toEqual([200, 200, 200]);
  const { region: _, ...state } = order?.body ?? {};
  const { region: __, ...explained } = explanation?.body ?? {};
  return { order: state, explanation: explained, entries: page?.body.entries };
};

/** An order's life, now and then with a batch, or as one of two orders that change together. */
const storyOf = (number: number): readonly Sendable[] => {
  const orderId = `o-${number}`;
  const orderIds = [orderId];
  const at = (path: string) => `/orders/${orderId}${path}`;
  const decision = (key: string, type: string, data: object = {}): Sendable => ({
    orderIds,
    path: at('/decisions'),
    key: `${key}-${number}`,
    body: { type, data },
  });
  const fact = (key: string, type: string, source: string, data: object = {}): Sendable => ({
    orderIds,
    path: at('/facts'),
    key: `${key}-${number}`,
    body: { type, source, data },
  });
  const story: Sendable[] = [
    { orderIds, path: '/orders', key: `place-${number}`, body: { orderId, ...placed().data } },
    fact('pay', 'PaymentCaptured', 'psp', { amount: 1 + number }),
    decision('note', 'NoteChanged', { note: `note ${number}` }),
    decision('points', 'LoyaltyPointsAdjusted', { delta: 5 }),
  ];
  if (number % 3 === 0) story.push(paymentBatch(orderId, number));
  if (number % 4 === 0) story.push(exchange(orderId, number));
  else story.push(fact('ship', 'OrderShipped', 'carrier'), decision('cancel', 'OrderCancelled'));
  return story;
};

const paymentBatch = (orderId: string, number: number): Sendable => ({
  orderIds: [orderId],
  path: number % 2 === 0 ? `/orders/${orderId}/facts:batch` : '/facts:batch',
  key: `batch-${number}`,
  isBatch: true,
  body: {
    facts: [10_000, 20_000].map((amount) => ({
      ...(number % 2 === 0 ? {} : { orderId }),
      idempotencyKey: `batch-${number}-${amount}`,
      type: 'PaymentCaptured',
      source: 'psp',
      data: { amount },
    })),
  },
});

const exchange = (orderId: string, number: number): Sendable => ({
  orderIds: [orderId, `${orderId}-new`],
  path: '/commands',
  key: `exchange-${number}`,
  body: {
    orders: [
      { orderId, type: 'OrderCancelled', data: {} },
      { orderId: `${orderId}-new`, type: 'OrderPlaced', data: placed().data },
    ],
  },
});

/** Undefined where not all of it was taken. */
const entryIdsOf = ({ body }: Reply): readonly string[] | undefined => {
  if (body.entry) return [body.entry.id];
  const parts: readonly { readonly entry?: { readonly id: string } }[] = body.orders ?? body.results;
  const ids = parts.map(({ entry }) => entry?.id);
  return ids.every((id) => id !== undefined) ? ids : undefined;
};

const keysIn = ({ key, body, isBatch }: Sendable, orderId: string): readonly string[] =>
  isBatch && orderId !== ''
    ? (body as { facts: { idempotencyKey: string }[] }).facts.map(({ idempotencyKey }) => idempotencyKey)
    : [key];

const amountsIn = ({ body, isBatch }: Sendable, orderId: string): readonly number[] => {
  if (orderId.endsWith('-new')) return [];
  const facts = isBatch ? (body as { facts: { data: { amount: number } }[] }).facts : [body as Partial<Payment>];
  return facts.flatMap(({ data }) => (data?.amount === undefined ? [] : [data.amount]));
};

interface Payment {
  readonly data: { readonly amount?: number };
}

const readSomething = async (api: HttpOrderApi, orderId: string): Promise<void> => {
  const path = pick([
    `/orders/${orderId}`,
    `/orders/${orderId}/entries`,
    `/orders/${orderId}/explanation`,
    '/orders?status=placed&limit=5',
    '/orders?customer=customer-1&limit=5',
    '/orders?openCases=true&class=review',
    '/health',
    '/openapi.json',
    '/replication',
    '/plan',
  ]);
  const { status } = await api.get(path);
  expect([200, 404, 501], `${path} answered ${status}`).toContain(status);
};

/** Cuts, slows and heals the link until it is told to stop. Returns how often it was cut. */
const changeWeather = async (world: World, until: AbortSignal): Promise<number> => {
  const [first = '', second = ''] = regions;
  const kinds: readonly Fault[] = [
    { kind: 'partition' },
    { kind: 'partition', from: first, to: second, bothWays: false },
    { kind: 'partition', from: second, to: first, bothWays: false },
    { kind: 'lag', ms: 200 },
  ];
  let cuts = 0;
  while (!until.aborted) {
    await world.heal();
    await sleep(random() * 400);
    const fault = pick(kinds);
    await world.setFault(fault);
    if (fault.kind === 'partition') cuts++;
    await sleep(200 + random() * 800);
  }
  return cuts;
};

const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;

const sideBySide = async <Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> => {
  let next = 0;
  const workOn = async (): Promise<void> => {
    while (next < items.length) await work(items[next++] as Item);
  };
  await Promise.all(Array.from({ length: atOnce }, workOn));
};
