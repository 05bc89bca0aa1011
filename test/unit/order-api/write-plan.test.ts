/** What the API says of the write plan and of replication, and how it changes the plan. */
import { describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import type { RegionState } from '../../../domain/write-plan/region-state.ts';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { appendPlan } from '../../../services/write-plan/append-plan.ts';
import { createLeaseRow } from '../../../services/write-plan/lease-row.ts';
import { createTestApi, startMs } from '../../support/order-api-client.ts';
import { createTestPlanRegion, eu, healthyState, type TestPlanOptions, us } from '../../support/test-write-plan.ts';

const start = async (options: TestPlanOptions = {}) => {
  const region = await createTestPlanRegion(options);
  return { ...region, api: createTestApi(region.eventStore, { writePlan: region.service }) };
};

const iso = (ms: number) => new Date(ms).toISOString();
const promote = { primary: eu, reason: 'us-east-1 is gone' };

describe('GET /plan', () => {
  it('tells of the configured plan where nobody has written one', async () => {
    const { api } = await start();
    expect(await api.get('/plan')).toMatchObject({
      status: 200,
      body: {
        region: us,
        plan: { primary: us, regions: [eu, us], epoch: 0 },
        configured: true,
        fresh: true,
        isolated: false,
        breaker: { state: 'closed', openingsLastHour: 0 },
        history: [],
        conflicts: [],
      },
    });
  });

  it('tells which change the plan came by, who made it, why, where and when, and what was before', async () => {
    const { api } = await start();
    await api.post('/plan', 'first', promote);
    await api.post('/plan', 'second', { primary: us, reason: 'it is back' }, { as: { subject: 'night-shift' } });
    const { body } = await api.get('/plan');
    expect(body).toMatchObject({ configured: false, plan: { primary: us, epoch: 2 } });
    expect(body.change).toEqual({
      entryId: expect.any(String),
      primary: us,
      regions: [eu, us],
      epoch: 2,
      reason: 'it is back',
      actor: 'night-shift',
      region: us,
      recordedAt: iso(startMs),
      enactedAt: iso(startMs),
    });
    expect(body.history).toMatchObject([
      { epoch: 2, reason: 'it is back' },
      { epoch: 1, reason: 'us-east-1 is gone', actor: 'tester' },
    ]);
  });

  it('names nobody to those who may not change it', async () => {
    const { api } = await start();
    await api.post('/plan', 'first', promote);
    const { body } = await api.get('/plan', { as: { scopes: ['orders:read'] } });
    expect(body.change).toMatchObject({ reason: 'us-east-1 is gone' });
    expect(JSON.stringify(body)).not.toContain('actor');
  });

  it('tells of plans of one epoch that did not know of each other', async () => {
    const { api, deps } = await start();
    for (const primary of [us, eu])
      await appendPlan(
        deps,
        { primary, regions: [us, eu], epoch: 4, reason: 'a drill' },
        { source: 'operator', actor: 'on-call', idempotencyKey: primary },
      );
    const { body } = await api.get('/plan');
    expect(body.conflicts).toEqual([{ epoch: 4, entryIds: [expect.any(String), expect.any(String)] }]);
    expect(body.history.map(({ epoch }: { epoch: number }) => epoch)).toEqual([4, 4]);
  });

  it('tells until when this region holds the lease of the witness', async () => {
    const lease = { kind: 'held', epoch: 3, untilMs: startMs + 28_000 } as const;
    const { api } = await start({ state: { ...healthyState, lease } });
    expect((await api.get('/plan')).body.lease).toEqual({ state: 'held', epoch: 3, until: iso(startMs + 28_000) });
    const watch = { epoch: 5, counter: 7, stillMs: 0, lookedAtMs: 0 };
    const other = await start({ state: { ...healthyState, lease: { kind: 'none', watch } } });
    expect((await other.api.get('/plan')).body.lease).toEqual({ state: 'none', epoch: 5 });
  });

  it('gives the newest fifty changes', async () => {
    const { api } = await start();
    for (let i = 1; i <= 52; i++) await api.post('/plan', `drill-${i}`, { primary: us, reason: `drill ${i}` });
    const { body } = await api.get('/plan');
    expect(body.history).toHaveLength(50);
    expect(body.history[0]).toMatchObject({ epoch: 52, reason: 'drill 52' });
  });
});

describe('GET /replication', () => {
  it('tells how late each link is, and how the breaker stands', async () => {
    const { api } = await start();
    expect((await api.get('/replication')).body).toEqual({
      region: us,
      fresh: true,
      writtenAt: iso(startMs - 400),
      isolated: false,
      breaker: { state: 'closed', openingsLastHour: 0 },
      planEpoch: 0,
      peers: [
        {
          region: eu,
          linkLagMs: 1_840,
          heartbeatAgeMs: 900,
          heartbeatCounter: 4_711,
          clockSkewMs: 412,
          hasSickLink: false,
        },
      ],
    });
  });

  it('names a peer that was never heard, and says since when the breaker is open', async () => {
    const openings = [startMs - 2 * 3_600_000, startMs - 50_000];
    const state: RegionState = { ...healthyState, links: {}, breaker: { kind: 'open', openings } };
    const { api } = await start({ state });
    expect((await api.get('/replication')).body).toMatchObject({
      isolated: true,
      breaker: { state: 'open', openingsLastHour: 1, since: iso(startMs - 50_000) },
      peers: [{ region: eu }],
    });
    const halfOpen: RegionState = { ...state, breaker: { kind: 'half-open', openings, sinceMs: startMs - 9_000 } };
    const other = await start({ state: halfOpen });
    expect((await other.api.get('/replication')).body.breaker).toMatchObject({
      state: 'half-open',
      since: iso(startMs - 9_000),
    });
  });

  it.each([
    ['its agent has been silent for more than ten seconds', { ...healthyState, writtenAtMs: startMs - 10_001 }],
    ['its agent wrote by a clock far ahead', { ...healthyState, writtenAtMs: startMs + 10_001 }],
    ['no agent has run', undefined],
    ['what stands there is no time at all', { ...healthyState, writtenAtMs: 1e300 }],
  ])('says that the region behaves as if it were cut off where %s', async (_, state) => {
    const { api } = await start({ state });
    for (const path of ['/replication', '/plan'])
      expect((await api.get(path)).body).toMatchObject({ fresh: false, isolated: true });
  });
});

describe('POST /plan', () => {
  it('answers the plan with its epoch, and with the same again when it is sent again', async () => {
    const { api } = await start();
    const first = await api.post('/plan', 'promote-1', promote);
    expect(first).toMatchObject({
      status: 201,
      body: { plan: { primary: eu, regions: [eu, us], epoch: 1, actor: 'tester', region: us }, enacted: true },
    });
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    await api.post('/plan', 'back', { primary: us, reason: 'it is back' });
    expect(await api.post('/plan', 'promote-1', promote)).toMatchObject({
      status: 201,
      headers: { 'idempotency-replayed': 'true' },
      body: { plan: first.body.plan, enacted: false },
    });
    expect(await api.post('/plan', 'promote-1', { ...promote, primary: us })).toMatchObject({
      status: 422,
      body: { type: 'urn:rejoin:problem:key-reused', entryId: first.body.plan.entryId },
    });
  });

  it('needs the scope plan:write, whatever else a token allows', async () => {
    const { api } = await start();
    const scopes = ['orders:read', 'orders:write', 'facts:write', 'reviews:decide'] as const;
    expect(await api.post('/plan', 'promote-1', promote, { as: { scopes } })).toMatchObject({
      status: 403,
      body: { scope: 'plan:write' },
    });
    expect((await api.get('/plan')).body.configured).toBe(true);
  });

  it.each([
    ['no primary', { reason: 'why' }, '/primary'],
    ['a primary that is no region', { ...promote, primary: 'Europe' }, '/primary'],
    ['a primary of another deployment', { ...promote, primary: 'mars-1' }, '/primary'],
    ['a region of another deployment', { ...promote, regions: [eu, 'mars-1'] }, '/regions/1'],
    ['regions without the primary', { ...promote, regions: [us] }, '/regions'],
    ['no regions', { ...promote, regions: [] }, '/regions'],
    ['no reason', { primary: eu }, '/reason'],
    ['a reason as long as a book', { ...promote, reason: 'x'.repeat(501) }, '/reason'],
    ['an epoch of its own', { ...promote, epoch: 9 }, ''],
    ['a list', [promote], ''],
  ])('refuses %s, and says where', async (_, body, pointer) => {
    const { api } = await start();
    const reply = await api.post('/plan', 'promote-1', body);
    expect(reply).toMatchObject({ status: 400, body: { type: 'urn:rejoin:problem:invalid-body' } });
    expect(reply.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    expect((await api.get('/plan')).body.configured).toBe(true);
  });

  it.each([
    ['a key', { 'idempotency-key': '' }, 'missing-idempotency-key'],
    ['no state to match', { 'if-match': '"us-east-1:1"' }, 'invalid-header'],
    ['nothing to wait for', { 'rejoin-token': 'us-east-1:1' }, 'invalid-header'],
    ['JSON', { 'content-type': 'text/plain' }, 'unsupported-media-type'],
  ])('asks for %s', async (_, headers, kind) => {
    const { api } = await start();
    const reply = await api.post('/plan', 'promote-1', promote, { headers });
    expect(reply.body.type).toBe(`urn:rejoin:problem:${kind}`);
  });

  it('answers 503 where the witness cannot be reached, and does without it only when asked to', async () => {
    const gone = () => Promise.reject(new LedgerFault('unavailable', 'nobody answers'));
    const { api } = await start({ witness: { ...createInMemoryControlStore(), get: gone } });
    expect(await api.post('/plan', 'promote-1', promote)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: { type: 'urn:rejoin:problem:witness-unreachable' },
    });
    expect(await api.post('/plan', 'promote-1', { ...promote, withoutWitness: true })).toMatchObject({
      status: 201,
      body: { plan: { withoutWitness: true } },
    });
    expect((await api.get('/plan')).body.plan).toMatchObject({ primary: eu, withoutWitness: true });
  });

  it('names the new primary in the witness', async () => {
    const witness = createInMemoryControlStore();
    const { api } = await start({ witness });
    await api.post('/plan', 'promote-1', promote);
    expect((await createLeaseRow(witness).read()).lease).toEqual({ holder: eu, epoch: 1, counter: 1 });
  });

  it('tells the log what became of it, and not why it was asked', async () => {
    const { eventStore, service } = await start();
    const lines: unknown[] = [];
    const write = (...line: unknown[]) => void lines.push(line);
    const logger = { info: write, warn: write, error: write };
    const observability = { logger, metrics: { count: () => undefined }, middlewares: [] };
    const api = createTestApi(eventStore, { writePlan: service, observability });
    await api.post('/plan', 'promote-1', promote);
    expect(JSON.stringify(lines)).toContain('"outcome":"changed"');
    expect(JSON.stringify(lines)).not.toContain('is gone');
  });
});

it('says in words that there is no write plan where there is none', async () => {
  const api = createTestApi(createInMemoryEventStore({ sha256 }));
  const replies = [await api.get('/plan'), await api.get('/replication'), await api.post('/plan', 'key', promote)];
  for (const { status, body } of replies) {
    expect(status).toBe(501);
    expect(body.detail).toMatch(/^There is no write plan where there is one region, or a strongly consistent table/);
  }
});
