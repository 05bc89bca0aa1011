/**
 * Tokens that must open nothing, each wrong in one way, and why a client is told that it is.
 */
import { exportSPKI, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import type { TokenRefusal } from '../../domain/ports/token-verifier.ts';
import { clockToleranceSeconds, tokenLengthMax } from '../../infra/jose/jose-token-verifier.ts';
import { claimsOf, kid, nowSeconds, privateKey, publicKey, signClaims, tester } from './test-tokens.ts';

export interface BadToken {
  readonly name: string;
  readonly reason: TokenRefusal;
  readonly token: string;
}

const good = claimsOf(tester);

const without = (claim: string): JWTPayload => {
  const { [claim]: _, ...rest } = good;
  return rest;
};

const signed = (claims: JWTPayload) => signClaims(claims);

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const signedWith = async (header: JWTHeaderParameters, key: Parameters<SignJWT['sign']>[0]): Promise<string> =>
  new SignJWT(good).setProtectedHeader(header).sign(key);

const [goodHeader = '', goodPayload = '', goodSignature = ''] = (await signed(good)).split('.');
const stranger = await generateKeyPair('ES256');
const otherCurve = await generateKeyPair('ES384');
const publicText = new TextEncoder().encode(await exportSPKI(publicKey));
const justTooLate = nowSeconds + clockToleranceSeconds + 1;

export const badTokens: readonly BadToken[] = [
  {
    name: 'expired',
    reason: 'expired',
    token: await signed({ ...good, exp: nowSeconds - clockToleranceSeconds }),
  },
  { name: 'not yet valid', reason: 'not-yet-valid', token: await signed({ ...good, nbf: justTooLate }) },
  { name: 'issued in the future', reason: 'not-yet-valid', token: await signed({ ...good, iat: justTooLate }) },
  { name: 'of another issuer', reason: 'wrong-issuer', token: await signed({ ...good, iss: 'https://evil.example' }) },
  { name: 'of no issuer', reason: 'wrong-issuer', token: await signed(without('iss')) },
  { name: 'for another audience', reason: 'wrong-audience', token: await signed({ ...good, aud: 'billing' }) },
  { name: 'for several others', reason: 'wrong-audience', token: await signed({ ...good, aud: ['a', 'b'] }) },
  { name: 'for nobody', reason: 'wrong-audience', token: await signed(without('aud')) },
  {
    name: 'for another client',
    reason: 'wrong-audience',
    token: await signed({ ...without('aud'), client_id: 'billing' }),
  },
  {
    name: 'for another audience, by a client that would do',
    reason: 'wrong-audience',
    token: await signed({ ...good, aud: 'billing', client_id: 'orders' }),
  },
  {
    name: 'signed with the public key as a secret',
    reason: 'wrong-algorithm',
    token: await signedWith({ alg: 'HS256', kid }, publicText),
  },
  {
    name: 'signed on another curve',
    reason: 'wrong-algorithm',
    token: await signedWith({ alg: 'ES384', kid }, otherCurve.privateKey),
  },
  { name: 'unsigned', reason: 'wrong-algorithm', token: `${encode({ alg: 'none' })}.${encode(good)}.` },
  {
    name: 'unsigned, in capitals',
    reason: 'wrong-algorithm',
    token: `${encode({ alg: 'NONE', kid })}.${encode(good)}.`,
  },
  { name: 'without its signature', reason: 'wrong-signature', token: `${goodHeader}.${goodPayload}.` },
  {
    name: 'changed after it was signed',
    reason: 'wrong-signature',
    token: `${goodHeader}.${encode({ ...good, tenant: 'other' })}.${goodSignature}`,
  },
  {
    name: "under a stranger's key of the same name",
    reason: 'wrong-signature',
    token: await signedWith({ alg: 'ES256', kid }, stranger.privateKey),
  },
  {
    name: 'under an unknown key',
    reason: 'wrong-signature',
    token: await signedWith({ alg: 'ES256', kid: 'key-2' }, privateKey),
  },
  { name: 'under no named key', reason: 'wrong-signature', token: await signedWith({ alg: 'ES256' }, privateKey) },
  {
    name: 'that brings its own key',
    reason: 'wrong-signature',
    token: await signedWith({ alg: 'ES256', jku: 'https://evil.example/jwks' }, stranger.privateKey),
  },
  { name: 'of no subject', reason: 'missing-claim', token: await signed(without('sub')) },
  { name: 'of an empty subject', reason: 'missing-claim', token: await signed({ ...good, sub: '' }) },
  {
    name: 'of a subject too long to store',
    reason: 'missing-claim',
    token: await signed({ ...good, sub: 's'.repeat(256) }),
  },
  { name: 'of half a surrogate pair', reason: 'missing-claim', token: await signed({ ...good, sub: 'a\ud800' }) },
  { name: 'of no tenant', reason: 'missing-claim', token: await signed(without('tenant')) },
  {
    name: 'of a tenant that is a path',
    reason: 'missing-claim',
    token: await signed({ ...good, tenant: 'acme/1001' }),
  },
  { name: 'of several tenants', reason: 'missing-claim', token: await signed({ ...good, tenant: ['acme'] }) },
  { name: 'that never expires', reason: 'missing-claim', token: await signed(without('exp')) },
  {
    name: 'that expires on a text',
    reason: 'malformed',
    token: await signed({ ...good, exp: '2030' as unknown as number }),
  },
  { name: 'that is too long', reason: 'malformed', token: await signed({ ...good, pad: 'x'.repeat(tokenLengthMax) }) },
  { name: 'of two parts', reason: 'malformed', token: `${goodHeader}.${goodPayload}` },
  { name: 'of four parts', reason: 'malformed', token: `${goodHeader}.${goodPayload}.${goodSignature}.x` },
  { name: 'that is garbage', reason: 'malformed', token: 'garbage' },
  { name: 'that is nothing but dots', reason: 'malformed', token: '..' },
  { name: 'whose header is no JSON', reason: 'malformed', token: `x.${goodPayload}.${goodSignature}` },
];
