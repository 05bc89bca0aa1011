import fc from 'fast-check';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IssuerFault } from '../../../domain/ports/token-verifier.ts';
import {
  clockToleranceSeconds,
  createTokenVerifier,
  fetchIssuerKeys,
  keptMsMax,
} from '../../../infra/jose/jose-token-verifier.ts';
import { badTokens } from '../../support/bad-tokens.ts';
import {
  audience,
  claimsOf,
  issuer,
  jwks,
  kid,
  nowSeconds,
  privateKey,
  publicKey,
  signClaims,
  startMs,
  tester,
  testTokens,
} from '../../support/test-tokens.ts';

const good = claimsOf(tester);
/** A claim that is undefined is left out. */
const verify = async (claims: Readonly<Record<string, unknown>>) => testTokens.verify(await signClaims(claims));

describe('a token verifier', () => {
  it('says whose a good token is and what it allows', async () => {
    expect(await verify(good)).toEqual({
      kind: 'verified',
      subject: 'tester',
      tenant: 'acme',
      scopes: ['orders:read', 'orders:write', 'facts:write', 'reviews:decide', 'plan:write'],
    });
  });

  it.each([...badTokens])('refuses a token $name as $reason', async ({ token, reason }) => {
    expect(await testTokens.verify(token)).toEqual({ kind: 'refused', reason });
  });

  it.each([
    ['one of several audiences', { aud: ['billing', audience] }],
    ['a client id where there is no audience', { aud: undefined, client_id: audience }],
    [
      'a clock that is a little ahead',
      { iat: nowSeconds + clockToleranceSeconds, nbf: nowSeconds + clockToleranceSeconds },
    ],
    ['a clock that is a little behind', { exp: nowSeconds - clockToleranceSeconds + 1 }],
    ['a subject as long as can be stored', { sub: 's'.repeat(255) }],
  ])('takes %s', async (_, claims) => {
    expect(await verify({ ...good, ...claims })).toMatchObject({ kind: 'verified' });
  });

  it.each([
    ['separated by spaces', { scope: ' orders:read  facts:write' }, ['orders:read', 'facts:write']],
    ['as a list', { scope: undefined, scp: ['orders:read', 7, 'facts:write'] }, ['orders:read', 'facts:write']],
    ['under the other name', { scope: undefined, scp: 'orders:read' }, ['orders:read']],
    ['of which there are none', { scope: undefined }, []],
    ['that are no text', { scope: { 'orders:read': true } }, []],
  ])('reads scopes %s', async (_, claims, scopes) => {
    expect(await verify({ ...good, ...claims })).toMatchObject({ kind: 'verified', scopes });
  });

  it.each(['RS256', 'PS256', 'EdDSA'])('takes the algorithm %s', async (alg) => {
    const pair = await generateKeyPair(alg, { extractable: true });
    const verifier = createTokenVerifier({
      issuer,
      audience,
      tenantClaim: 'tenant',
      clock: { nowMs: () => startMs },
      keys: async () => pair.publicKey,
    });
    const token = await new SignJWT(good).setProtectedHeader({ alg, kid: 'other' }).sign(pair.privateKey);
    expect(await verifier.verify(token)).toMatchObject({ kind: 'verified' });
  });

  it('reads the tenant where the deployment says that it is, and nowhere else', async () => {
    const verifierFor = (tenantClaim: string) =>
      createTokenVerifier({
        issuer,
        audience,
        tenantClaim,
        keys: async () => publicKey,
        clock: { nowMs: () => startMs },
      });
    const token = await signClaims({ ...good, 'custom:shop': 'bazaar' });
    expect(await verifierFor('custom:shop').verify(token)).toMatchObject({ tenant: 'bazaar' });
    for (const claim of ['constructor', '__proto__', 'shop'])
      expect(await verifierFor(claim).verify(token)).toEqual({ kind: 'refused', reason: 'missing-claim' });
  });

  it('refuses whatever text it is given, and never fails over it', async () => {
    const token = await signClaims(good);
    const part = fc.oneof(fc.string(), fc.base64String(), fc.constantFrom(...token.split('.')));
    const changed = fc
      .tuple(fc.nat(token.length - 1), fc.constantFrom(...'.-_=A~ é'))
      .map(([at, with_]) => token.slice(0, at) + with_ + token.slice(at + 1));
    const texts = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.')),
      changed,
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        fc.pre(text !== token);
        const { kind } = await testTokens.verify(text);
        // The last digit of a signature has bits that say nothing.
        expect(kind === 'refused' || text.slice(0, -1) === token.slice(0, -1)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("the issuer's keys", () => {
  let fetched = 0;
  let answer: () => Promise<Response>;
  const serve = (keys: unknown) => async () => Response.json({ keys });

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: startMs });
    fetched = 0;
    answer = serve(jwks.keys);
    vi.stubGlobal('fetch', async () => {
      fetched++;
      return answer();
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  const createFetching = () =>
    createTokenVerifier({
      issuer,
      audience,
      tenantClaim: 'tenant',
      keys: fetchIssuerKeys('https://issuer.example.com/.well-known/jwks.json'),
      clock: { nowMs: () => startMs },
    });

  it('are fetched once for many tokens', async () => {
    const { verify } = createFetching();
    const token = await signClaims(good);
    const verified = await Promise.all(Array.from({ length: 50 }, () => verify(token)));
    expect(new Set(verified.map(({ kind }) => kind))).toEqual(new Set(['verified']));
    expect(fetched).toBe(1);
  });

  it('are not asked for a token that no key could save', async () => {
    const { verify } = createFetching();
    const hopeless = badTokens.filter(({ reason }) => reason === 'wrong-algorithm');
    for (const { token, reason } of hopeless) expect(await verify(token)).toEqual({ kind: 'refused', reason });
    expect(fetched).toBe(0);
  });

  it('are fetched again for an unknown one, once in a cool-down, and then known', async () => {
    const { verify } = createFetching();
    await verify(await signClaims(good));
    const rotated = await generateKeyPair('ES256', { extractable: true });
    const token = await new SignJWT(good).setProtectedHeader({ alg: 'ES256', kid: 'key-2' }).sign(rotated.privateKey);
    for (let i = 0; i < 20; i++) expect(await verify(token)).toEqual({ kind: 'refused', reason: 'wrong-signature' });
    expect(fetched).toBe(1);

    answer = serve([...jwks.keys, { ...(await exportJWK(rotated.publicKey)), kid: 'key-2', alg: 'ES256' }]);
    vi.setSystemTime(startMs + 31_000);
    expect(await verify(token)).toMatchObject({ kind: 'verified' });
    const invented = await new SignJWT(good).setProtectedHeader({ alg: 'ES256', kid: 'key-3' }).sign(privateKey);
    for (let i = 0; i < 20; i++) expect(await verify(invented)).toMatchObject({ kind: 'refused' });
    expect(fetched).toBe(2);
  });

  it.each<[string, () => Promise<Response>]>([
    ['cannot be reached', () => Promise.reject(new TypeError('fetch failed'))],
    ['are answered with an error', async () => new Response('no', { status: 500 })],
    ['are no JSON', async () => new Response('<html>')],
    ['are no key set', async () => Response.json({ kid })],
    [
      'are moved elsewhere',
      async () => new Response(null, { status: 302, headers: { location: 'http://evil.example' } }),
    ],
    ['are broken', serve([{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid, alg: 'ES256' }])],
  ])('that %s are a fault of the issuer, and nothing is known of the token', async (_, broken) => {
    const { verify } = createFetching();
    const token = await signClaims(good);
    answer = broken;
    await expect(verify(token)).rejects.toBeInstanceOf(IssuerFault);
    answer = serve(jwks.keys);
    // What was answered as a set is kept like any other.
    vi.setSystemTime(startMs + 3 * 60 * 60 * 1000);
    expect(await verify(token)).toMatchObject({ kind: 'verified' });
  });

  describe('while the issuer cannot be reached', () => {
    const hourMs = 60 * 60 * 1000;
    const down = () => Promise.reject(new TypeError('fetch failed'));

    it('go on being used for a day, and not for longer', async () => {
      const { verify } = createFetching();
      const token = await signClaims(good);
      expect(await verify(token)).toMatchObject({ kind: 'verified' });
      answer = down;
      for (const ms of [3 * hourMs, 12 * hourMs, keptMsMax - 1]) {
        vi.setSystemTime(startMs + ms);
        expect(await verify(token)).toMatchObject({ kind: 'verified' });
      }
      vi.setSystemTime(startMs + keptMsMax);
      await expect(verify(token)).rejects.toBeInstanceOf(IssuerFault);
      answer = serve(jwks.keys);
      vi.setSystemTime(startMs + keptMsMax + 30_000);
      expect(await verify(token)).toMatchObject({ kind: 'verified' });
    });

    it('are asked for once in a cool-down, whatever tokens come', async () => {
      const { verify } = createFetching();
      const token = await signClaims(good);
      await verify(token);
      const invented = await new SignJWT(good).setProtectedHeader({ alg: 'ES256', kid: 'key-3' }).sign(privateKey);
      answer = async () => new Response('no', { status: 503 });
      vi.setSystemTime(startMs + 3 * hourMs);
      for (let i = 0; i < 20; i++) {
        expect(await verify(token)).toMatchObject({ kind: 'verified' });
        await expect(verify(invented)).rejects.toBeInstanceOf(IssuerFault);
      }
      expect(fetched).toBe(2);
      vi.setSystemTime(startMs + 3 * hourMs + 30_000);
      await verify(token);
      expect(fetched).toBe(3);
    });

    it('stay gone when the issuer had taken them back', async () => {
      const { verify } = createFetching();
      const token = await signClaims(good);
      expect(await verify(token)).toMatchObject({ kind: 'verified' });
      answer = serve([]);
      vi.setSystemTime(startMs + 3 * hourMs);
      expect(await verify(token)).toEqual({ kind: 'refused', reason: 'wrong-signature' });
      answer = down;
      vi.setSystemTime(startMs + 6 * hourMs);
      await expect(verify(token)).rejects.toBeInstanceOf(IssuerFault);
    });

    it('are asked for again soon where there are none yet', async () => {
      const { verify } = createFetching();
      const token = await signClaims(good);
      answer = down;
      for (let i = 0; i < 20; i++) await expect(verify(token)).rejects.toBeInstanceOf(IssuerFault);
      expect(fetched).toBe(1);
      answer = serve(jwks.keys);
      vi.setSystemTime(startMs + 1_000);
      expect(await verify(token)).toMatchObject({ kind: 'verified' });
    });
  });
});
