import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { trafficPeriodSeconds } from '../../../infra/world/host-environment.ts';
import type { EngineName } from '../../../infra/world/world-types.ts';
import type { TrafficAnswer } from '../../../services/order-api/read-traffic.ts';
import { address } from '../../support/builders/retail-drafts.ts';
import { useWorlds } from '../../support/use-worlds.ts';
import { regionsOf, type ShopRegion } from '../../support/world-client.ts';

const engines: readonly EngineName[] = ['dynamodb-local', 'in-memory'];
const worldOn = useWorlds({ 'dynamodb-local': { engine: 'dynamodb-local' }, 'in-memory': { engine: 'in-memory' } });

describe.each(engines)('the traffic of a world on %s', (engine) => {
  const written: string[] = [];
  beforeAll(() => {
    const keep = (chunk: string | Uint8Array): boolean => written.push(String(chunk)) > 0;
    vi.spyOn(process.stdout, 'write').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  });
  afterAll(() => {
    vi.restoreAllMocks();
  });

  const send = async ({ apiUrl, token }: ShopRegion, path: string, key?: string, body?: object) => {
    const answer = await fetch(`${apiUrl}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${await token()}`,
        ...(body && { 'content-type': 'application/json', 'idempotency-key': key }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  };

  const place = (region: ShopRegion, orderId: string) =>
    send(region, '/orders', `place-${orderId}`, {
      orderId,
      customerId: 'customer-1',
      currency: 'EUR',
      lines: [{ sku: 'chair', quantity: 1, unitPrice: 4990 }],
      shippingAddress: address('Lisbon'),
    });

  /** Lists cannot be had, since nobody can tell which generation of views is live. */
  const withDamagedGenerations = async ({ controlStore }: ShopRegion, work: () => Promise<void>): Promise<void> => {
    const [kind, name] = ['generations', 'order'];
    expect(await controlStore.put(kind, name, {}, 0)).toBe(true);
    await work();
    expect(await controlStore.remove(kind, name, 1)).toBe(true);
  };

  /** Of the periods that began before: what is asked here is a request as well. */
  const figures = async (region: ShopRegion, beforeMs: number) => {
    const { status, body } = await send(region, '/traffic');
    if (status !== 200) return { status };
    const { periods } = body as TrafficAnswer;
    const past = periods.filter(({ from }) => Date.parse(from) < beforeMs);
    const sum = (count: 'answered' | 'failed' | 'appended') => past.reduce((total, it) => total + it[count], 0);
    return { answered: sum('answered'), failed: sum('failed'), appended: sum('appended') };
  };

  const nextPeriod = async (): Promise<number> => {
    const periodMs = trafficPeriodSeconds * 1_000;
    const startMs = Math.ceil(Date.now() / periodMs) * periodMs;
    while (Date.now() < startMs) await sleep(startMs - Date.now());
    return startMs;
  };

  it('adds up, in each region to exactly what happened there, and survives the death of a host', {
    timeout: 90_000,
  }, async () => {
    const [us, eu] = regionsOf(worldOn(engine));
    const many = (count: number, work: (i: number) => Promise<{ readonly status: number }>) =>
      Promise.all(Array.from({ length: count }, async (_, i) => (await work(i)).status));

    expect(new Set(await many(30, (i) => place(us, `us-${i}`)))).toEqual(new Set([201]));
    expect(new Set(await many(10, (i) => place(us, `us-${i}`)))).toEqual(new Set([201]));
    expect(new Set(await many(12, (i) => place(eu, `eu-${i}`)))).toEqual(new Set([201]));
    expect(new Set(await many(7, (i) => send(us, `/orders/unknown-${i}`)))).toEqual(new Set([404]));
    await withDamagedGenerations(us, async () => {
      expect(new Set(await many(3, () => send(us, '/orders?status=placed')))).toEqual(new Set([500]));
    });

    const endMs = await nextPeriod();
    const happened = { answered: 47, failed: 3, appended: 30 };
    await expect.poll(() => figures(us, endMs), { timeout: 30_000, interval: 500 }).toEqual(happened);
    await expect
      .poll(() => figures(eu, endMs), { timeout: 30_000, interval: 500 })
      .toEqual({ answered: 12, failed: 0, appended: 12 });

    const pid = us.hostPid();
    if (pid === undefined) return;
    process.kill(pid, 'SIGKILL');
    await expect
      .poll(() => figures(us, endMs).catch(() => undefined), { timeout: 30_000, interval: 500 })
      .toEqual(happened);
    expect(us.hostPid()).not.toBe(pid);
  });

  it("is on nobody's terminal", () => {
    expect(written.join('')).not.toContain('_aws');
  });
});
