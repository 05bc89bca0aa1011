import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlServer, startControlServer } from '../../../infra/world/control/control-server.ts';
import type { HttpHandler } from '../../../infra/world/http-trigger.ts';
import { startWorld } from '../../../infra/world/main.ts';
import type { World } from '../../../infra/world/world-types.ts';
import { breaker, placeOrder, regionsOf } from '../../support/world-client.ts';

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

const switchPlay = (body: object, port = control.port) =>
  fetch(`http://127.0.0.1:${port}/world/play`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** `fetch` sets the host by itself. */
const statusFor = async (port: number, host: string): Promise<number | undefined> => {
  const asked = request({ port, host: '127.0.0.1', path: '/world', headers: { host } }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
};

const grant = { scopes: ['orders:read'], tenant: 'acme', subject: 'ana', expiresInSeconds: 60 };
const askToken = (body: unknown, headers: Record<string, string> = {}) =>
  send('/world/tokens', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('control server', () => {
  it('shows a page that says what there is, where no dashboard is', async () => {
    const page = await send('/');
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('npm start');
    expect((await send('/', { method: 'POST' })).headers.get('allow')).toBe('GET');
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
      play: { state: 'idle', sent: 0, taken: 0, refused: 0, failed: 0 },
      hasReport: false,
    });
  });

  it('shows the last report, and says what to do until there is one', async () => {
    const before = await send('/world/report');
    expect(before.status).toBe(404);
    expect(before.headers.get('content-type')).toContain('text/html');
    expect(await before.text()).toContain('npm start');

    control.setReport('<!doctype html><title>Report</title>');

    const after = await send('/world/report');
    expect(after.status).toBe(200);
    expect(await after.text()).toContain('Report');
    expect(after.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await (await send('/world')).json()).toMatchObject({ hasReport: true });
    expect(await (await send('/')).text()).toContain('/world/report');
  });

  it('hands the dashboard what is not its own', async () => {
    const dashboard: HttpHandler = async ({ rawPath, requestContext }, { functionName }) => ({
      statusCode: 203,
      headers: { 'content-type': 'text/plain' },
      body: `${functionName} ${requestContext.http.method} ${rawPath}`,
    });
    const served = await startControlServer({ world, port: 0, dashboard, onFault: () => undefined });
    const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${served.port}${path}`, init);
    try {
      for (const path of ['/', '/page.js', '/regions', '/world/else']) {
        const answer = await ask(path);
        expect([answer.status, await answer.text()]).toEqual([203, `dashboard GET ${path}`]);
      }
      expect(await (await ask('/world')).json()).toMatchObject({ engine: 'in-memory' });
      expect((await ask('/world/report')).status).toBe(404);
      expect((await ask('/', { headers: { origin: 'http://evil.example' } })).status).toBe(403);
    } finally {
      await served.stop();
    }
  });

  it('says so when the dashboard fails, and goes on', async () => {
    const faults: unknown[] = [];
    const dashboard: HttpHandler = async () => {
      throw new Error('broken');
    };
    const served = await startControlServer({ world, port: 0, dashboard, onFault: (fault) => faults.push(fault) });
    try {
      expect((await fetch(`http://127.0.0.1:${served.port}/`)).status).toBe(500);
      expect((await fetch(`http://127.0.0.1:${served.port}/world`)).status).toBe(200);
      expect(faults).toEqual([new Error('broken')]);
    } finally {
      await served.stop();
    }
  });

  it('is the way to every region, for itself and its own pages alone', async () => {
    const { token } = (await (await askToken({ ...grant, scopes: ['orders:read'] })).json()) as { token: string };
    for (const { name } of world.regions) {
      const headers = { authorization: `Bearer ${token}`, origin: `http://127.0.0.1:${control.port}` };
      const answer = await send(`/regions/${name}/orders/1001`, { headers });
      expect([answer.status, answer.headers.get('rejoin-region')]).toEqual([404, name]);
    }
    expect((await send('/regions/us-east-1/health', { headers: { origin: 'http://evil.example' } })).status).toBe(403);
    expect((await send('/regions/us-east-1/health', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await send('/regions/eu-central-1/health')).status).toBe(404);
  });

  it('reaches nothing in a region that is out, and the others as before', async () => {
    const statuses = () =>
      Promise.all(world.regions.map(async ({ name }) => (await send(`/regions/${name}/health`)).status));
    await switchFault('{"kind":"outage","from":"eu-west-1"}');
    expect(await statuses()).toEqual([200, 503]);
    await switchFault('{"kind":"heal","from":"eu-west-1"}');
    expect(await statuses()).toEqual([200, 200]);
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

  it('refuses a target that is no path', async () => {
    const answers: string[] = [];
    const client = connect(control.port, '127.0.0.1').setEncoding('utf8');
    client.on('data', (text) => answers.push(String(text)));
    client.end(`GET http:[ HTTP/1.1\r\nHost: 127.0.0.1:${control.port}\r\nConnection: close\r\n\r\n`);
    await once(client, 'close');
    expect(answers.join('')).toMatch(/^HTTP\/1.1 400 /);
  });

  it('refuses what is not JSON, too long, elsewhere, or another method', async () => {
    expect((await switchFault('{"kind":"heal"}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await switchFault(`"${'x'.repeat(20_000)}"`)).status).toBe(413);
    expect((await send('/nowhere')).status).toBe(404);
    expect((await send('/__proto__')).status).toBe(404);
    const get = await send('/world/faults');
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it.each([
    ['a play of nothing', { kind: 'start', ordersPerSecond: 0, seconds: 10 }],
    ['a play beyond what a machine takes', { kind: 'start', ordersPerSecond: 51, seconds: 10 }],
    ['a play without an end', { kind: 'start', ordersPerSecond: 1, seconds: 601 }],
    ['a play that says no pace', { kind: 'start' }],
    ['an unknown key', { kind: 'stop', at: 'once' }],
    ['an unknown kind', { kind: 'pause' }],
  ])('refuses %s', async (_, body) => {
    expect((await switchPlay(body)).status).toBe(400);
    expect(await (await send('/world')).json()).toMatchObject({ play: { state: 'idle' } });
  });

  it('plays one traffic at a time, until it is told to stop', async () => {
    const started = await switchPlay({ kind: 'start', ordersPerSecond: 1, seconds: 600 });
    expect(await started.json()).toMatchObject({ play: { state: 'playing', startedAt: expect.any(String) } });

    const again = await switchPlay({ kind: 'start', ordersPerSecond: 1, seconds: 600 });
    expect(again.status).toBe(409);
    expect(again.headers.get('content-type')).toBe('application/problem+json');

    const stopped = await switchPlay({ kind: 'stop' });
    expect(await stopped.json()).toMatchObject({ play: { state: 'idle' } });
    expect((await switchPlay({ kind: 'stop' })).status).toBe(200);
  });

  it('ends what is played when it stops', async () => {
    const served = await startControlServer({ world, port: 0, onFault: () => undefined });
    await switchPlay({ kind: 'start', ordersPerSecond: 50, seconds: 600 }, served.port);
    const [us] = regionsOf(world);
    while ((await us.countEntries()) === 0) await sleep(20);

    await served.stop();

    await world.waitUntilDrained({ timeoutMs: 30_000 });
    const entries = await us.countEntries();
    await placeOrder(us, 'after-the-play');
    await world.waitUntilDrained({ timeoutMs: 30_000 });
    expect(await us.countEntries()).toBe(entries + 1);
  });

  it('refuses pages of other sites', async () => {
    const headers = { 'content-type': 'application/json', origin: 'http://evil.example' };

    expect((await switchFault('{"kind":"outage","from":"us-east-1"}', headers)).status).toBe(403);
    expect(world.faults()).toEqual([]);
  });
});
