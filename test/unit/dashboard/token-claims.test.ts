import { describe, expect, it } from 'vitest';
import { readTokenClaims } from '../../../services/dashboard/page/model/token-claims.ts';
import { claimsOf, signClaims, tester, testTokens } from '../../support/test-tokens.ts';

const claims = claimsOf(tester);

describe('what the page reads of a token', () => {
  it.each([
    ['a text', { scope: 'orders:read reviews:decide' }],
    ['a text with too many spaces', { scope: '  orders:read  ' }],
    ['a list', { scope: ['orders:read', 7, 'plan:write'] }],
    ['the other name', { scope: undefined, scp: 'orders:read' }],
    ['a list under the other name', { scope: undefined, scp: ['orders:read'] }],
    ['both names', { scope: 'orders:read', scp: 'plan:write' }],
    ['no scope', { scope: undefined }],
    ['something else', { scope: { 'orders:read': true } }],
    ['a subject that is no ASCII', { sub: 'Åsa 🙂', tenant: 'acme' }],
  ])('is what the regions read: scopes as %s', async (_, given) => {
    const token = await signClaims({ ...claims, ...given });

    const verified = await testTokens.verify(token);

    expect(verified.kind).toBe('verified');
    const read = readTokenClaims(token, 'tenant');
    expect({ ...read, kind: 'verified', scopes: [...(read?.scopes ?? [])] }).toEqual(verified);
  });

  it('is the tenant under the name that the deployment gave it', async () => {
    const token = await signClaims({ ...claims, 'custom:shop': 'globex' });

    expect(readTokenClaims(token, 'custom:shop')).toMatchObject({ tenant: 'globex' });
  });

  it.each([
    ['no subject', { sub: undefined }],
    ['no tenant', { tenant: undefined }],
    ['a tenant that is no text', { tenant: 7 }],
  ])('is nothing where there is %s', async (_, given) => {
    expect(readTokenClaims(await signClaims({ ...claims, ...given } as typeof claims), 'tenant')).toBeUndefined();
  });

  it('is nothing of a prototype', async () => {
    expect(readTokenClaims(await signClaims(claims), 'constructor')).toBeUndefined();
  });

  it.each(['', 'opaque', 'a.b.c', '..', 'e30.W10.x', 'e30.bnVsbA.x', `e30.${'A'.repeat(10_000)}.x`])(
    'is nothing of what is no JWT: %j',
    (token) => {
      expect(readTokenClaims(token, 'tenant')).toBeUndefined();
    },
  );
});
