import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlServer, startControlServer } from '../../../infra/world/control-server.ts';
import { startWorld } from '../../../infra/world/main.ts';
import type { World } from '../../../infra/world/world-types.ts';
import { breaker } from '../../support/world-client.ts';

let world: World;
let control: ControlServer;
beforeAll(async () => {
  world = await startWorld({
    regions: ['us-east-1', 'eu-west-1'],
    engine: 'in-memory',
    witness: 'eu-central-1',
    breaker,
  });
  control = await startControlServer({ world, port: 0, onFault: () => undefined });
});
afterAll(async () => {
  await control.stop();
  await world.stop();
});

const send = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${control.port}${path}`, init);
const switchFault = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  send('/world/faults', { method: 'POST', headers, body });

/** `fetch` sets the host by itself. */
const statusFor = async (port: number, host: string): Promise<number | undefined> => {
  const asked = request({ port, host: '127.0.0.1', path: '/world', headers: { host } }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
};

describe('control server', () => {
  it('shows a page that says what to do, until there is a report', async () => {
    const before = await send('/');
    expect(before.headers.get('content-type')).toContain('text/html');
    expect(await before.text()).toContain('npm start');

    control.setReport('<!doctype html><title>Report</title>');

    const after = await send('/');
    expect(await after.text()).toContain('Report');
    expect(after.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('says what is going on', async () => {
    expect(await (await send('/world')).json()).toEqual({
      engine: 'in-memory',
      regions: world.regions.map(({ name, apiUrl }) => ({ name, apiUrl })),
      witness: 'eu-central-1',
      faults: [],
      backlog: [
        { from: 'us-east-1', to: 'eu-west-1', table: 'ledger', items: 0 },
        { from: 'eu-west-1', to: 'us-east-1', table: 'ledger', items: 0 },
      ],
    });
  });

  it('shows the alerts of every region', async () => {
    expect(await (await send('/world/alerts')).json()).toEqual({
      regions: world.regions.map(({ name }) => ({ name, alerts: [] })),
    });
  });

  it('shows how to reach a region that has an environment, and nobody else sees it', async () => {
    const environment = { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1' };
    const reachable = await startControlServer({
      world: { ...world, regions: world.regions.map((region) => ({ ...region, environment })) },
      port: 0,
      onFault: () => undefined,
    });
    const ask = (headers: Record<string, string> = {}) =>
      fetch(`http://127.0.0.1:${reachable.port}/world`, { headers });
    try {
      const answer = await ask();
      expect(await answer.json()).toMatchObject({ regions: [{ environment }, { environment }] });
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect((await ask({ origin: 'http://evil.example' })).status).toBe(403);
      expect(await statusFor(reachable.port, 'evil.example')).toBe(403);
    } finally {
      await reachable.stop();
    }
  });

  it('switches faults on and off', async () => {
    const on = await switchFault('{"kind":"lag","from":"us-east-1","to":"eu-west-1","ms":300,"bothWays":false}');
    expect(await on.json()).toMatchObject({ faults: [{ kind: 'lag', from: 'us-east-1', to: 'eu-west-1', ms: 300 }] });

    const off = await switchFault('{"kind":"heal"}');
    expect(await off.json()).toMatchObject({ faults: [] });
  });

  it('cuts a region off from the witness', async () => {
    const on = await switchFault('{"kind":"partition","from":"us-east-1","to":"eu-central-1","bothWays":false}');
    expect(await on.json()).toMatchObject({
      faults: [{ kind: 'partition', from: 'us-east-1', to: 'eu-central-1' }],
    });

    expect(await (await switchFault('{"kind":"heal"}')).json()).toMatchObject({ faults: [] });
  });

  it.each([
    ['broken JSON', '{"kind":'],
    ['no fault', '[]'],
    ['an unknown fault', '{"kind":"earthquake"}'],
    ['an unknown region', '{"kind":"partition","from":"mars-1"}'],
    ['a region and itself', '{"kind":"partition","from":"us-east-1","to":"us-east-1"}'],
    ['an outage of nobody', '{"kind":"outage"}'],
    ['a lag without a number', '{"kind":"lag"}'],
    ['a lag back in time', '{"kind":"lag","ms":-1}'],
    ['a lag of days', '{"kind":"lag","ms":86400000}'],
    ['an unknown key', '{"kind":"heal","all":true}'],
    ['a name of every object', '{"kind":"__proto__"}'],
  ])('refuses %s with a problem, and changes nothing', async (_, body) => {
    const answer = await switchFault(body);

    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 400, title: 'Bad Request', detail: expect.any(String) });
    expect(world.faults()).toEqual([]);
  });

  const grant = { scopes: ['orders:read'], tenant: 'acme', subject: 'ana', expiresInSeconds: 60 };
  const askToken = (body: unknown, headers: Record<string, string> = {}) =>
    send('/world/tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  it('gives out a token that the regions take, to no page of others', async () => {
    const answer = await askToken(grant);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { token, ...said } = (await answer.json()) as { readonly token: string };
    expect(said).toEqual({ ...grant, tokenType: 'Bearer' });
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${world.regions[0]?.apiUrl}/orders/1001`, { headers })).status).toBe(404);
    expect((await askToken(grant, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await askToken(grant, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await send('/world/tokens')).status).toBe(405);
  });

  it.each([
    ['no grant', []],
    ['a scope with a space', { ...grant, scopes: ['orders:read orders:write'] }],
    ['a tenant that is no name', { ...grant, tenant: 'a/b' }],
    ['an empty subject', { ...grant, subject: '' }],
    ['a subject too long to store', { ...grant, subject: 's'.repeat(256) }],
    ['a token that is over', { ...grant, expiresInSeconds: 0 }],
    ['a token for ever', { ...grant, expiresInSeconds: 1e9 }],
    ['an unknown key', { ...grant, admin: true }],
  ])('gives out no token for %s', async (_, body) => {
    const answer = await askToken(body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain('eyJ');
  });

  it('refuses what is not JSON, too long, elsewhere, or another method', async () => {
    expect((await switchFault('{"kind":"heal"}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await switchFault(`"${'x'.repeat(20_000)}"`)).status).toBe(413);
    expect((await send('/nowhere')).status).toBe(404);
    expect((await send('/__proto__')).status).toBe(404);
    const get = await send('/world/faults');
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('refuses pages of other sites', async () => {
    const headers = { 'content-type': 'application/json', origin: 'http://evil.example' };

    expect((await switchFault('{"kind":"outage","from":"us-east-1"}', headers)).status).toBe(403);
    expect(world.faults()).toEqual([]);
  });
});
