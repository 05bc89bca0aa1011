import { gunzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { toPageFile } from '../../../services/dashboard/build/read-page.ts';
import { createDashboard } from '../../../services/dashboard/dashboard.ts';
import type { PageConfig } from '../../../services/dashboard/page-config.ts';

const html = '<!doctype html><script type="application/json" id="config">"{{config}}"</script><p>$& stays</p>';
const script = 'console.log("a page")';
const files = [
  toPageFile('index.html', Buffer.from(html)),
  toPageFile('main-4FQ2JBLD.js', Buffer.from(script)),
  toPageFile('icon.svg', Buffer.from('<svg/>')),
];

const world: PageConfig = {
  regions: [{ name: 'us-east-1', apiUrl: '/regions/us-east-1' }],
  login: { kind: 'world', tenant: 'demo' },
  live: { kind: 'events', url: '/world/events' },
  statuses: ['placed', 'paid'],
  worldUrl: '/world',
};

const aws: PageConfig = {
  regions: [
    { name: 'us-east-1', apiUrl: 'https://us.api.example' },
    { name: 'eu-west-1', apiUrl: 'https://eu.api.example:8443/orders-api' },
  ],
  login: {
    kind: 'oidc',
    issuer: 'https://issuer.example/pool',
    clientId: 'dashboard',
    scopes: ['orders:read'],
    tenantClaim: 'tenant',
    origins: ['https://login.example'],
  },
  live: { kind: 'polling', everySeconds: 5 },
  statuses: ['placed', 'paid'],
};

describe('the dashboard', () => {
  it('answers with the page, under headers that let it do what it needs and nothing else', async () => {
    const { statusCode, headers } = await get('/', { config: aws });

    expect(statusCode).toBe(200);
    expect(headers).toEqual({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self' https://us.api.example https://eu.api.example:8443 https://issuer.example https://login.example",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ].join('; '),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
      'strict-transport-security': 'max-age=31536000',
      'cache-control': 'no-cache',
      vary: 'accept-encoding',
      etag: expect.stringMatching(/^W\/"[\w-]{43}"$/),
    });
  });

  it('lets the page of a world reach its own origin only', async () => {
    const { headers } = await get('/');

    expect(headers['content-security-policy']).toContain("connect-src 'self';");
  });

  it.each(['/', '/index.html', '/main-4FQ2JBLD.js', '/nothing'])(
    'says the same of %s in every answer',
    async (path) => {
      const first = (await get('/')).headers;

      for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
        const { headers } = await get(path, { method });
        for (const name of Object.keys(first).filter((it) => /policy|options|security/.test(it)))
          expect(headers).toHaveProperty(name, first[name]);
      }
    },
  );

  it('puts the configuration into the page, whatever is in it', async () => {
    const tenant = '</script><script>alert(1)</script><!-- $& $` \u2028 {{config}} "quoted" \\';
    const { text } = await get('/', { config: { ...world, login: { kind: 'world', tenant } } });

    const [, json = ''] = /id="config">(.*?)<\/script>/s.exec(text) ?? [];
    expect(JSON.parse(json)).toMatchObject({ login: { tenant } });
    expect(text.match(/<\/?script/g)).toHaveLength(2);
    expect(text).toContain('<p>$& stays</p>');
  });

  it.each([
    ['a directive', { apiUrl: 'https://a;script-src *' }],
    ['a directive in the name of a host', { apiUrl: 'https://api.example;script-src' }],
    ['a list', { apiUrl: 'https://a.example,https://b.example' }],
    ['another scheme', { apiUrl: 'javascript:alert(1)' }],
    ['the origin of somebody else', { apiUrl: '//evil.example' }],
    ['a way up', { apiUrl: '/regions/../%2e%2e\\' }],
    ['a query', { apiUrl: 'https://api.example/?a=' }],
    ['a slash too many', { apiUrl: 'https://api.example/' }],
    ['nothing', { apiUrl: '' }],
  ])('takes no address with %s', (_, region) => {
    const config = { ...world, regions: [{ name: 'us-east-1', ...region }] };

    expect(() => createDashboard({ files, config })).toThrow(/apiUrl/);
  });

  it('takes no page that has no place for the configuration', () => {
    const [, ...others] = files;
    const empty = toPageFile('index.html', Buffer.from('<!doctype html>'));

    expect(() => createDashboard({ files: others, config: world })).toThrow('without its index.html');
    expect(() => createDashboard({ files: [empty, ...others], config: world })).toThrow('no place');
  });

  it('lets what has its hash in its name be kept for ever, and nothing else', async () => {
    const kept = async (path: string) => (await get(path)).headers['cache-control'];

    expect(await kept('/main-4FQ2JBLD.js')).toBe('public, max-age=31536000, immutable');
    expect(await kept('/icon.svg')).toBe('no-cache');
    expect(await kept('/index.html')).toBe('no-cache');
    expect(await kept('/nothing')).toBe('no-store');
  });

  it('compresses for who can read it', async () => {
    const coding = async (accepted: string) => {
      const { headers, text, bytes } = await get('/main-4FQ2JBLD.js', { headers: { 'accept-encoding': accepted } });
      const isGzip = headers['content-encoding'] === 'gzip';
      expect(isGzip ? gunzipSync(bytes).toString('utf8') : text).toBe(script);
      return headers['content-encoding'];
    };

    for (const accepted of ['gzip', 'br, gzip;q=0.8', 'deflate,GZIP'])
      expect(await coding(accepted), accepted).toBe('gzip');
    for (const accepted of ['', 'br', 'gzip;q=0', 'br, gzip; q=0.000', 'notgzip'])
      expect(await coding(accepted), accepted).toBeUndefined();
  });

  it('sends nothing that the browser has', async () => {
    const { etag = '' } = (await get('/')).headers;
    const ask = (ifNoneMatch: string) => get('/', { headers: { 'if-none-match': ifNoneMatch } });

    for (const known of [etag, etag.replace('W/', ''), `"other", ${etag}`, '*'])
      expect(await ask(known), known).toMatchObject({ statusCode: 304, headers: { etag }, text: '' });
    expect(await ask('"other"')).toMatchObject({ statusCode: 200 });
  });

  it('has another tag for another configuration', async () => {
    expect((await get('/')).headers['etag']).not.toBe((await get('/', { config: aws })).headers['etag']);
  });

  it('answers HEAD as GET, without the page', async () => {
    const asked = await get('/main-4FQ2JBLD.js');

    expect(await get('/main-4FQ2JBLD.js', { method: 'HEAD' })).toMatchObject({
      statusCode: 200,
      headers: asked.headers,
      text: '',
    });
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'get'])('takes no %s', async (method) => {
    expect(await get('/', { method })).toMatchObject({ statusCode: 405, headers: { allow: 'GET, HEAD' } });
  });

  it.each([
    '/nothing',
    '//',
    '//index.html',
    '/../index.html',
    '/..%2findex.html',
    '/%2e%2e/etc/passwd',
    '/page/../index.html',
    '/main-4FQ2JBLD.js/',
    '/main-4FQ2JBLD.js\0',
    '/constructor',
    '/__proto__',
    '',
  ])('has nothing at %j', async (path) => {
    const { statusCode, headers, text } = await get(path);

    expect(statusCode).toBe(404);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(text).toBe('there is no such page; the dashboard is at /\n');
  });
});

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly config?: PageConfig;
}

const get = async (rawPath: string, { method = 'GET', headers = {}, config = world }: Asked = {}) => {
  const answer = await createDashboard({ files, config })(eventOf(rawPath, method, headers));
  const bytes = Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8');
  return {
    statusCode: answer.statusCode,
    headers: answer.headers as Readonly<Record<string, string>>,
    bytes,
    text: bytes.toString('utf8'),
  };
};

/** As an HTTP API with `$default` for its stage sends it. */
const eventOf = (rawPath: string, method: string, headers: Asked['headers'] = {}): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: '$default',
  rawPath,
  rawQueryString: '',
  headers: {
    accept: '*/*',
    host: 'abc123.execute-api.us-east-1.amazonaws.com',
    'x-forwarded-proto': 'https',
    ...headers,
  },
  requestContext: {
    accountId: '123456789012',
    apiId: 'abc123',
    domainName: 'abc123.execute-api.us-east-1.amazonaws.com',
    domainPrefix: 'abc123',
    http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'Mozilla/5.0' },
    requestId: 'JKJaXmPLvHcESHA=',
    routeKey: '$default',
    stage: '$default',
    time: '02/Jan/2026:00:00:00 +0000',
    timeEpoch: 1_767_312_000_000,
  },
  isBase64Encoded: false,
});
