/** Tokens over real HTTP: the world's issuer signs, every region's own process fetches the keys and checks. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTokenIssuer, type TokenIssuer } from '../../../infra/world/token-issuer.ts';
import type { EngineName, TokenGrant, World } from '../../../infra/world/world-types.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { useWorlds } from '../../support/use-worlds.ts';
import { regionsOf, shopGrant } from '../../support/world-client.ts';

const engines: readonly EngineName[] = ['dynamodb-local', 'in-memory'];
const worldOn = useWorlds({ 'dynamodb-local': { engine: 'dynamodb-local' }, 'in-memory': { engine: 'in-memory' } });
const body = JSON.stringify({ orderId: '1001', ...placed().data });

describe.each(engines)('the order API of a world on %s', (engine) => {
  let world: World;
  /** As another world has it. */
  let stranger: TokenIssuer;

  beforeAll(async () => {
    world = worldOn(engine);
    stranger = await startTokenIssuer({ nowMs: Date.now });
  });
  afterAll(() => stranger?.stop());

  const tokenOf = (grant: Partial<TokenGrant> = {}) => world.issueToken({ ...shopGrant, ...grant });
  const send = (region: number, path: string, token: string | undefined, init: RequestInit = {}) =>
    fetch(`${world.regions[region]?.apiUrl}${path}`, {
      ...init,
      headers: { ...init.headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    });
  const place = (token: string | undefined, key: string) =>
    send(0, '/orders', token, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body,
    });
  const countEntries = async () => (await Promise.all(world.regions.map((it) => it.countEntries()))).join();

  it('takes a token in every region, and stores whose it was', async () => {
    expect((await place(await tokenOf({ subject: 'ana' }), 'key-1')).status).toBe(201);
    expect(await world.waitUntilDrained({ timeoutMs: 20_000 })).toBe(true);
    const token = await tokenOf({ scopes: ['orders:read'] });
    for (const region of [0, 1]) {
      const { entries } = (await (await send(region, '/orders/1001/entries', token)).json()) as {
        readonly entries: readonly { readonly actor: string }[];
      };
      expect(entries.map(({ actor }) => actor)).toEqual(['ana']);
    }
  });

  it('lets in neither nobody nor who comes with a bad token, and changes nothing', async () => {
    const before = await countEntries();
    const good = await tokenOf();
    const tokens = {
      missing: undefined,
      expired: await tokenOf({ expiresInSeconds: -60 }),
      'wrong-signature': await stranger.issue(shopGrant),
      malformed: `${good}.${good}`,
      'missing-claim': await tokenOf({ tenant: '../acme' }),
    };
    for (const [reason, token] of Object.entries(tokens))
      for (const answer of [await place(token, 'key-2'), await send(1, '/orders/1001', token)]) {
        expect(answer.status, reason).toBe(401);
        expect(answer.headers.get('content-type')).toBe('application/problem+json');
        expect(await answer.json()).toMatchObject({ type: 'urn:rejoin:problem:not-authenticated', reason });
      }
    const reader = await place(await tokenOf({ scopes: ['orders:read'] }), 'key-2');
    expect([reader.status, reader.headers.get('www-authenticate')]).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="orders:write"',
    ]);
    expect(await countEntries()).toBe(before);
  });

  it("does not show one tenant another's order", async () => {
    expect((await send(0, '/orders/1001', await tokenOf({ tenant: 'other' }))).status).toBe(404);
  });

  it('asks nobody on the way for its health', async () => {
    expect((await send(0, '/health', undefined)).status).toBe(200);
  });

  it('takes the same token when the process of its region, where it has one, was killed', async () => {
    const [us] = regionsOf(world);
    const token = await tokenOf();
    const pid = us.hostPid();
    expect(pid === undefined).toBe(engine === 'in-memory');
    if (pid === undefined) return;
    process.kill(pid, 'SIGKILL');
    for (let tries = 0; us.hostPid() === undefined || us.hostPid() === pid; tries++) {
      if (tries > 400) throw new Error('the process did not start again');
      await sleep(50);
    }
    expect((await send(0, '/orders/1001', token)).status).toBe(200);
  });
});
