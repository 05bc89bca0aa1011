/**
 * The world with a strongly consistent ledger: three regions on DynamoDB Local write one chain, over the real API.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { coversCut } from '../../../domain/ledger/cut.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { startWorld } from '../../../infra/world/main.ts';
import type { Region, World } from '../../../infra/world/world-types.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { shopGrant, streamOf } from '../../support/world-client.ts';

const [us, eu, ap] = ['us-east-1', 'eu-west-1', 'ap-south-1'] as const;
const regions = [us, eu, ap];

let world: World;
let token = '';
beforeAll(async () => {
  world = await startWorld({ regions, engine: 'dynamodb-local', consistency: 'strong' });
  token = await world.issueToken(shopGrant);
});
beforeEach(() => world.heal());
afterAll(() => world?.stop());

const drained = async () => expect(await world.waitUntilDrained({ timeoutMs: 20_000 })).toBe(true);

describe('sixteen writers in three regions on one order', () => {
  it('write one chain, on which one cancellation stands and nothing is concurrent', async () => {
    await decided(us, '/orders', 'place-raced', { orderId: 'raced', ...placed().data });
    const writers = Array.from({ length: 16 }, (_, i) => ({ i, region: regions[i % 3] as string }));
    const path = '/orders/raced/decisions';

    const startedMs = performance.now();
    const replies = await Promise.all(
      writers.map(({ i, region }) => decided(region, path, `raced-${i}`, commandOf(i))),
    );
    const ms = performance.now() - startedMs;

    const taken = replies.filter(({ status }) => status === 201);
    console.info(
      `16 writers: ${taken.length} entries in ${ms.toFixed(0)} ms, ${((taken.length * 1000) / ms).toFixed(0)} a second`,
    );
    const cancellations = replies.filter((_, i) => isCancellation(i));
    expect(cancellations.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, body } of cancellations.filter((reply) => reply.status !== 201))
      expect({ status, body }).toMatchObject({ status: 409, body: { orderStatus: 'cancelled' } });
    expect(taken).toHaveLength(1 + writers.filter(({ i }) => !isCancellation(i)).length);

    const { entries } = (await ask(ap, '/orders/raced/entries')).body as { readonly entries: readonly Entry[] };
    expect(entries.map(({ position }) => position)).toEqual(
      Array.from({ length: 1 + taken.length }, (_, i) => `global/${String(i + 1).padStart(10, '0')}`),
    );
    expect(entries.slice(1).map(({ position }) => position)).toEqual(taken.map(positionOf).toSorted());
    for (const { seen, seq } of entries) expect(coversCut(seen, { global: seq - 1 })).toBe(true);
    expect(new Set(entries.map(({ region }) => region)).size).toBe(3);

    await drained();
    for (const region of world.regions) {
      const order = (await ask(region.name, '/orders/raced')).body;
      expect(order).toMatchObject({ status: 'cancelled', class: 'none', cases: [], fields: { points: 4 } });
      expect((await region.eventStore.load(streamOf('raced'))).entries).toEqual(entries);
      expect(await region.loadView(streamOf('raced'))).toMatchObject({ row: { status: 'cancelled', class: 'none' } });
    }
  });
});

/** Every region has some of each kind. */
const isCancellation = (i: number): boolean => i % 2 === 0;

const commandOf = (i: number): object => {
  if (isCancellation(i)) return { type: 'OrderCancelled' };
  if (i % 4 === 1) return { type: 'LoyaltyPointsAdjusted', data: { delta: 1 } };
  return { type: 'TagAdded', data: { tag: `tag-${i}` } };
};

describe('a region that is cut off from both others', () => {
  it('refuses writes in bounded time, reads what it holds and says so, and loses nothing', async () => {
    await decided(us, '/orders', 'place-alone', { orderId: 'alone', ...placed().data });
    await drained();
    await world.setFault({ kind: 'partition', from: ap });

    const startedMs = performance.now();
    const refused = await decided(ap, '/orders/alone/decisions', 'alone-ap', { type: 'OrderCancelled' });
    console.info(`refused without a quorum after ${(performance.now() - startedMs).toFixed(0)} ms`);
    expect(refused).toMatchObject({ status: 503, body: { type: 'urn:rejoin:problem:ledger-unavailable' } });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    const elsewhere = await decided(eu, '/orders/alone/decisions', 'alone-eu', note('ring twice'));
    expect(elsewhere).toMatchObject({ status: 201, body: { entry: { position: 'global/0000000002' } } });

    for (const path of ['/orders/alone', '/orders/alone/entries', '/orders/alone/explanation'])
      expect(await ask(ap, path)).toMatchObject({ status: 200, headers: { 'rejoin-read': 'eventual' } });
    const old = await ask(ap, '/orders/alone');
    expect(old).toMatchObject({ headers: { 'rejoin-token': 'global:1' }, body: { status: 'placed' } });
    expect(old.body).toMatchObject({ fields: { shippingAddress: placed().data['shippingAddress'] } });
    expect((await ask(ap, '/orders/alone', { 'rejoin-token': 'global:1' })).status).toBe(200);
    expect(await ask(ap, '/orders/alone', { 'rejoin-token': 'global:2' })).toMatchObject({ status: 425 });
    expect((await ask(ap, '/orders/nobody-knows')).status).toBe(503);
    const there = await ask(us, '/orders/alone');
    expect(there.headers).toMatchObject({ 'rejoin-token': 'global:2' });
    expect(there.headers).not.toHaveProperty('rejoin-read');

    await world.heal();
    const known = await ask(ap, '/orders/alone');
    expect(known.headers).toMatchObject({ 'rejoin-token': 'global:2' });
    expect(known.headers).not.toHaveProperty('rejoin-read');
    const again = await decided(ap, '/orders/alone/decisions', 'alone-ap', { type: 'OrderCancelled' });
    expect(again).toMatchObject({ status: 201, body: { entry: { position: 'global/0000000003' } } });
    await drained();
    await expectEqualReplicas(world.regions, 'alone', 3);
  });

  it('has a quorum as long as one of them reaches it both ways', async () => {
    await world.setFault({ kind: 'partition', from: us, to: ap });
    expect((await decided(ap, '/orders', 'place-half', { orderId: 'half', ...placed().data })).status).toBe(201);
    await world.setFault({ kind: 'partition', from: ap, to: eu, bothWays: false });
    expect((await decided(ap, '/orders/half/decisions', 'half-ap', note('now'))).status).toBe(503);
    await world.heal();
    expect((await decided(us, '/orders/half/decisions', 'half-us', note('now'))).status).toBe(201);
    await drained();
    await expectEqualReplicas(world.regions, 'half', 2);
  });
});

describe('a strongly consistent ledger', () => {
  it('takes no command over several orders', async () => {
    const orders = ['a', 'b'].map((orderId) => ({ orderId, type: 'OrderCancelled' }));
    expect(await decided(us, '/commands', 'group', { orders })).toMatchObject({ status: 501 });
  });

  it('takes three regions and DynamoDB Local, and says so', async () => {
    const start = (options: object) => startWorld({ regions, consistency: 'strong', ...options });
    await expect(start({ regions: [us, eu] })).rejects.toThrow('three regions');
    await expect(start({ engine: 'in-memory' })).rejects.toThrow('DynamoDB Local');
  });
});

const note = (text: string) => ({ type: 'NoteChanged', data: { note: text } });

const expectEqualReplicas = async (all: readonly Region[], orderId: string, entries: number): Promise<void> => {
  const [first, ...others] = await Promise.all(all.map(({ eventStore }) => eventStore.load(streamOf(orderId))));
  expect(first?.entries).toHaveLength(entries);
  for (const other of others) expect(other).toEqual(first);
};

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body
  readonly body: any;
}

const positionOf = ({ body }: Reply): string => body.entry.position;

/** Who lost every race, or met too many writers, comes back with the same key. */
const decided = async (region: string, path: string, key: string, body: object): Promise<Reply> => {
  for (;;) {
    const reply = await send(region, path, {
      method: 'POST',
      headers: { 'idempotency-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (reply.body.type !== 'urn:rejoin:problem:busy') return reply;
  }
};

const ask = (region: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
  send(region, path, { headers });

const send = async (region: string, path: string, request: RequestInit): Promise<Reply> => {
  const url = world.regions.find(({ name }) => name === region)?.apiUrl;
  const answer = await fetch(`${url}${path}`, {
    ...request,
    headers: { ...(request.headers as Record<string, string>), authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(30_000),
  });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.json() };
};
