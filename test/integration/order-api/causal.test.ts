import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { coversCut, parseToken } from '../../../domain/ledger/cut.ts';
import { startWorld } from '../../../infra/world/main.ts';
import type { EngineName, World } from '../../../infra/world/world-types.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { createHttpOrderApi, type HttpOrderApi } from '../../support/http-order-api.ts';
import type { Reply } from '../../support/order-api-client.ts';
import { breaker, shopGrant } from '../../support/world-client.ts';

const order = placed().data;
const lagMs = 500;
const rounds = 50;
const engines: readonly EngineName[] = ['dynamodb-local', 'in-memory'];

/** Most of the time of these tests is that of a link: each world waits for its own. */
const [sideBySide, inTurn] = [{ concurrent: true }, { concurrent: false }];

describe.each(engines)('causal reads and writes in a world on %s', sideBySide, (engine) => {
  let world: World;
  let us: HttpOrderApi;
  let eu: HttpOrderApi;
  let orders = 0;
  const newOrderId = () => `causal-${++orders}`;

  beforeAll(async () => {
    world = await startWorld({ regions: ['us-east-1', 'eu-west-1'], engine, breaker });
    const token = await world.issueToken(shopGrant);
    [us, eu] = world.regions.map(({ apiUrl }) => createHttpOrderApi(apiUrl, { token })) as [HttpOrderApi, HttpOrderApi];
  });
  beforeEach(() => world.heal());
  afterAll(async () => {
    for (const api of [us, eu]) api?.close();
    await world?.stop();
  });

  const place = (api: HttpOrderApi, orderId: string, query: Record<string, string> = {}) =>
    api.post('/orders', `place-${orderId}`, { orderId, ...order }, { query });

  /** 200 and not older than the token, or 425. */
  const readAfter = async (api: HttpOrderApi, orderId: string, token: string, waitMs: number): Promise<number> => {
    const options = { headers: { 'rejoin-token': token }, query: { wait: String(waitMs) } };
    const reply = await api.get(`/orders/${orderId}`, options);
    const asked = parseToken(token) ?? {};
    const answered = parseToken(reply.headers['rejoin-token'] ?? 'none');
    expect([200, 425]).toContain(reply.status);
    expect(coversCut(answered ?? {}, asked)).toBe(reply.status === 200);
    if (reply.status === 200) expect(coversCut(reply.body.cut, asked)).toBe(true);
    else expect(reply.headers['retry-after']).toBe('1');
    return reply.status;
  };

  it.each([0, 100, 3_000])('never show less than the token under 500 ms lag, waiting %i ms', inTurn, async (waitMs) => {
    await world.setFault({ kind: 'lag', ms: lagMs });
    const round = async (writer: HttpOrderApi, reader: HttpOrderApi): Promise<number> => {
      const orderId = newOrderId();
      const written = await place(writer, orderId);
      return readAfter(reader, orderId, written.headers['rejoin-token'] ?? '', waitMs);
    };
    const inTurns = async (writer: HttpOrderApi, reader: HttpOrderApi): Promise<readonly number[]> => {
      const statuses: number[] = [];
      for (let i = 0; i < rounds; i += atATime)
        statuses.push(...(await Promise.all(Array.from({ length: atATime }, () => round(writer, reader)))));
      return statuses;
    };
    const statuses = (await Promise.all([inTurns(us, eu), inTurns(eu, us)])).flat();
    expect(statuses).toHaveLength(2 * rounds);
    // An item crosses in half the lag to one and a half times it; most of these reads come much sooner.
    if (waitMs >= 3 * lagMs) expect(new Set(statuses)).toEqual(new Set([200]));
    else expect(statuses).toContain(425);
  });

  it('follow an order to and fro, each write after what the other region wrote', inTurn, async () => {
    await world.setFault({ kind: 'lag', ms: 100 });
    const orderId = newOrderId();
    let last = await place(us, orderId);
    for (let i = 1; i <= 10; i++) {
      last = await (i % 2 === 1 ? eu : us).post(
        `/orders/${orderId}/decisions`,
        `${orderId}-${i}`,
        { type: 'NoteChanged', data: { note: `${i}` } },
        { headers: { 'rejoin-token': last.headers['rejoin-token'] ?? '' }, query: { wait: '5000' } },
      );
      expect(last.status).toBe(201);
    }
    expect(last.body.order).toMatchObject({ class: 'none', cut: { 'us-east-1': 6, 'eu-west-1': 5 } });
  });

  it('say that the other region holds an entry, or which one does not', inTurn, async () => {
    const orderId = newOrderId();
    await world.setFault({ kind: 'lag', ms: lagMs });
    expect(await place(us, orderId, { replicated: 'all', wait: '10000' })).toMatchObject({
      status: 201,
      body: { replication: { held: ['us-east-1', 'eu-west-1'], missing: [] } },
    });

    for (const cut of [
      { kind: 'partition' },
      { kind: 'partition', from: 'us-east-1', to: 'eu-west-1', bothWays: false },
      { kind: 'partition', from: 'eu-west-1', to: 'us-east-1', bothWays: false },
      { kind: 'outage', from: 'eu-west-1' },
    ] as const) {
      await world.heal();
      await world.setFault(cut);
      const during = newOrderId();
      const askedAtMs = performance.now();
      const accepted = await place(us, during, { replicated: 'all', wait: '500' });
      expect(accepted).toMatchObject({
        status: 202,
        body: { replication: { held: ['us-east-1'], missing: ['eu-west-1'] } },
      });
      expect(performance.now() - askedAtMs).toBeLessThan(500 + questionMsMax);

      await world.heal();
      const again = await place(us, during, { replicated: 'all', wait: '10000' });
      expect(again).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' } });
      expect(again.body.entry).toEqual(accepted.body.entry);
      expect(again.body.replication).toEqual({ held: ['us-east-1', 'eu-west-1'], missing: [] });
    }
  });

  it('wait for an entry of a partition that heals meanwhile', inTurn, async () => {
    await world.setFault({ kind: 'partition' });
    const orderId = newOrderId();
    const written = place(us, orderId, { replicated: 'all', wait: '15000' });
    const read = untilStored(us, orderId).then(() => readAfter(eu, orderId, 'us-east-1:1', 15_000));
    await sleep(500);
    await world.heal();
    const replies: readonly (Reply | number)[] = await Promise.all([written, read]);
    expect(replies).toMatchObject([{ status: 201 }, 200]);
  });

  const untilStored = async (api: HttpOrderApi, orderId: string): Promise<void> => {
    for (let tries = 0; tries < 100; tries++) {
      if ((await api.get(`/orders/${orderId}`)).status === 200) return;
      await sleep(20);
    }
    throw new Error(`${orderId} was not stored`);
  };
});

/** Orders of a direction under way together. */
const atATime = 10;
/** A question that gets no answer is given up after 2 s; the rest is for a busy machine. */
const questionMsMax = 8_000;
