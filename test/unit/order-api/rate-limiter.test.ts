import { beforeEach, describe, expect, it } from 'vitest';
import type { ControlStore } from '../../../domain/ports/control-store.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import {
  callersMax,
  createRateLimiter,
  type RateLimiter,
  type RateLimiterDeps,
  rateLimitKind,
} from '../../../services/order-api/rate-limit/rate-limiter.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { runContainers } from '../../support/rate-limited-containers.ts';

const limit = { perSecond: 100, burst: 200 };
const shop = { tenant: 'acme', actor: 'shop' };
const rowOf = ({ tenant, actor } = shop) => table.get<{ tokens: number }>(rateLimitKind, `${tenant}/${actor}`);

let table: ControlStore;
let nowMs: number;
let counted: string[];

beforeEach(() => {
  table = createInMemoryControlStore();
  nowMs = Date.UTC(2026, 0, 1);
  counted = [];
});

const createLimiter = (deps: Partial<RateLimiterDeps> = {}): RateLimiter =>
  createRateLimiter({
    limit,
    controlStore: table,
    clock: { nowMs: () => nowMs },
    random: () => 0.5,
    sleep: () => new Promise((wake) => setImmediate(wake)),
    metrics: { count: (name) => counted.push(name) },
    ...deps,
  });

/** One after the other, as a container of Lambda is asked; how many were let in. */
const ask = async (limiter: RateLimiter, times: number, caller = shop): Promise<number> => {
  let taken = 0;
  for (let i = 0; i < times; i++) {
    if (limiter.take(caller).kind === 'taken') taken++;
    await limiter.settled();
  }
  return taken;
};

/** A table that counts what it is asked. */
const countRequests = (store: ControlStore) => {
  const asked: string[] = [];
  const counting: ControlStore = {
    ...store,
    get: (kind, name) => {
      asked.push('get');
      return store.get(kind, name);
    },
    put: (kind, name, value, revision) => {
      asked.push('put');
      return store.put(kind, name, value, revision);
    },
  };
  return { asked, counting };
};

const broken = async (): Promise<never> => {
  throw new LedgerFault('unavailable', 'no control table');
};

describe('the rate limiter of a container', () => {
  it('lets in a burst, then says when there will be a token', async () => {
    const limiter = createLimiter();
    expect(await ask(limiter, 250)).toBe(200);
    expect(limiter.take(shop)).toEqual({ kind: 'too-many-requests', retryAfterSeconds: 1 });
    expect(counted.filter((name) => name === 'RateLimited')).toHaveLength(51);
    nowMs += 1000;
    expect(await ask(limiter, 250)).toBe(100);
  });

  it('limits each subject of each tenant by itself', async () => {
    const limiter = createLimiter();
    await ask(limiter, 250);
    expect(await ask(limiter, 250, { tenant: 'acme', actor: 'warehouse' })).toBe(200);
    expect(await ask(limiter, 250, { tenant: 'other', actor: 'shop' })).toBe(200);
  });

  it('lets a request in that costs more than is there, and makes the next wait for it', async () => {
    const limiter = createLimiter();
    await ask(limiter, 199);
    expect(limiter.take(shop).kind).toBe('taken');
    limiter.takeMore(shop, 99);
    expect(limiter.take(shop)).toEqual({ kind: 'too-many-requests', retryAfterSeconds: 1 });
    limiter.takeMore(shop, 200);
    expect(limiter.take(shop)).toEqual({ kind: 'too-many-requests', retryAfterSeconds: 3 });
    nowMs += 3_000;
    expect(limiter.take(shop).kind).toBe('taken');
  });

  it('asks the table nothing for callers who spend less than a twentieth of a burst', async () => {
    const { asked, counting } = countRequests(table);
    const limiter = createLimiter({ controlStore: counting });
    for (let i = 0; i < 1000; i++) await ask(limiter, 9, { tenant: 'acme', actor: `shop-${i}` });
    expect(asked).toEqual([]);
  });

  it('asks the table about once a second, alone and in company', async () => {
    for (const containers of [1, 2, 5]) {
      const { tableRequests } = await runContainers({
        limit,
        containers,
        requestsPerSecond: 150,
        batchFacts: 1,
        seconds: 100,
        answerMsMax: 20,
        random: createSeededRandom(containers),
      });
      expect(Math.max(...tableRequests)).toBeLessThanOrEqual(110);
    }
  });

  it('loses few races for a row, since it reads a row first that others write', async () => {
    let lost = 0;
    const { tableRequests } = await runContainers({
      limit,
      containers: 3,
      requestsPerSecond: 150,
      batchFacts: 1,
      seconds: 200,
      answerMsMax: 5,
      random: createSeededRandom(1),
      onLost: () => {
        lost++;
      },
    });
    expect(lost).toBeLessThan(0.05 * tableRequests.reduce((sum, requests) => sum + requests, 0));
  });

  it('settles whoever owes most first', async () => {
    const limiter = createLimiter();
    await ask(limiter, 10, { tenant: 'acme', actor: 'first' });
    await ask(limiter, 20, { tenant: 'acme', actor: 'light' });
    await ask(limiter, 40, { tenant: 'acme', actor: 'heavy' });
    expect(await rowOf({ tenant: 'acme', actor: 'heavy' })).toBeUndefined();
    nowMs += 2_000;
    await ask(limiter, 1, { tenant: 'acme', actor: 'first' });
    expect(await rowOf({ tenant: 'acme', actor: 'heavy' })).toBeDefined();
    expect(await rowOf({ tenant: 'acme', actor: 'light' })).toBeUndefined();
  });

  it('learns at the shared row what another container let in', async () => {
    const slowly = { limit: { perSecond: 1, burst: 200 } };
    const [one, other] = [createLimiter(slowly), createLimiter(slowly)];
    expect(await ask(one, 200)).toBe(200);
    nowMs += 2_000;
    await ask(one, 1);
    expect((await rowOf())?.value.tokens).toBe(1);
    // What it lets in before it asks for the first time is a debt.
    expect(await ask(other, 250)).toBe(10);
    expect((await rowOf())?.value.tokens).toBe(-9);
    expect(other.take(shop)).toEqual({ kind: 'too-many-requests', retryAfterSeconds: 10 });
  });

  it('lets everybody in for whom the table cannot be asked, says so, and forgives what was spent', async () => {
    const limiter = createLimiter({ controlStore: { ...table, get: broken, put: broken } });
    expect(await ask(limiter, 100)).toBe(100);
    expect(counted).toEqual(['RateLimitUnsettled']);
    // It asks again, but not with every request.
    nowMs += 9_000;
    await ask(limiter, 100);
    expect(counted).toEqual(['RateLimitUnsettled']);
    nowMs += 2_000;
    await ask(limiter, 100);
    expect(counted).toEqual(['RateLimitUnsettled', 'RateLimitUnsettled']);
  });

  it('charges nobody for the time of an outage when the table is back', async () => {
    let isOut = true;
    const controlStore: ControlStore = {
      ...table,
      get: (kind, name) => (isOut ? broken() : table.get(kind, name)),
    };
    // Together they let in twice the rate.
    const limiters = [createLimiter({ controlStore }), createLimiter({ controlStore })];
    for (let second = 0; second < 600; second++, nowMs += 1_000)
      for (const limiter of limiters) await ask(limiter, 100);
    isOut = false;
    // Only what was spent since the last try is charged.
    nowMs += 10_000;
    for (const limiter of limiters) await ask(limiter, 1);
    nowMs += 10_000;
    for (let second = 0; second < 60; second++, nowMs += 1_000)
      for (const limiter of limiters) expect(await ask(limiter, 40)).toBe(40);
    expect((await rowOf())?.value.tokens).toBeGreaterThan(0);
  });

  it('makes no answer wait for a table that does not answer', async () => {
    const limiter = createLimiter({ controlStore: { ...table, get: () => new Promise(() => undefined) } });
    expect(await ask(limiter, 30)).toBe(30);
  });

  it.each([
    ['nothing', null],
    ['text', 'full'],
    ['half a bucket', { tokens: 5 }],
    ['no number', { tokens: 'x', atMs: 0 }],
  ])('takes %s in a row for a full bucket, and writes it anew', async (_, value) => {
    await table.put(rateLimitKind, 'acme/shop', value, 0);
    expect(await ask(createLimiter(), 50)).toBe(50);
    expect((await rowOf())?.value).toEqual({ tokens: 190, atMs: nowMs });
  });

  it('takes no row for a full bucket, whoever removed it', async () => {
    const limiter = createLimiter();
    await ask(limiter, 50);
    const row = await rowOf();
    await table.remove(rateLimitKind, 'acme/shop', row?.revision ?? 0);
    nowMs += 5_000;
    expect(await ask(limiter, 150)).toBe(150);
    nowMs += 5_000;
    await ask(limiter, 50);
    nowMs += 5_000;
    await ask(limiter, 50);
    expect((await rowOf())?.value.tokens).toBeGreaterThan(0);
  });

  it('forgets whom it has not seen for longest when there are too many', async () => {
    const limiter = createLimiter();
    await ask(limiter, 200);
    for (let i = 0; i < callersMax - 1; i++) limiter.take({ tenant: 'acme', actor: `shop-${i}` });
    expect(limiter.take(shop).kind).toBe('too-many-requests');
    for (let i = 0; i < callersMax - 1; i++) limiter.take({ tenant: 'acme', actor: `client-${i}` });
    expect(limiter.take(shop).kind).toBe('too-many-requests');
    for (let i = 0; i < callersMax; i++) limiter.take({ tenant: 'acme', actor: `other-${i}` });
    expect(limiter.take(shop).kind).toBe('taken');
  });

  it('settles again after its clock jumped back by a day', async () => {
    const limiter = createLimiter();
    await ask(limiter, 10);
    nowMs -= 24 * 60 * 60 * 1000;
    await ask(limiter, 30);
    expect((await rowOf())?.revision).toBe(2);
  });
});
