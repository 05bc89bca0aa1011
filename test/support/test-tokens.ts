/**
 * Real tokens for tests without a network: one key pair a process, and a verifier that knows its public half. Both stand
 * at `startMs`, where the clock of a test API stands, too.
 */
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { createTokenVerifier } from '../../infra/jose/jose-token-verifier.ts';
import type { TokenGrant } from '../../infra/world/world-types.ts';
import { scopes } from '../../services/order-api/caller.ts';

export const startMs = Date.UTC(2026, 0, 1);

export const issuer = 'https://issuer.example.com';
export const audience = 'orders';
export const kid = 'key-1';

export const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });

export const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] };

export const testTokens = createTokenVerifier({
  issuer,
  audience,
  tenantClaim: 'tenant',
  keys: createLocalJWKSet(jwks),
  clock: { nowMs: () => startMs },
});

/** Whoever a test is, where it does not say. */
export const tester: TokenGrant = { scopes, tenant: 'acme', subject: 'tester', expiresInSeconds: 3_600 };

export const nowSeconds = startMs / 1000;

export const claimsOf = ({ scopes, tenant, subject, expiresInSeconds }: TokenGrant): JWTPayload => ({
  iss: issuer,
  aud: audience,
  sub: subject,
  tenant,
  scope: scopes.join(' '),
  iat: nowSeconds,
  exp: nowSeconds + expiresInSeconds,
});

export const signClaims = (claims: JWTPayload): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);

/** Signed once a grant: a test of many requests is not one of signatures. */
export const issueTestToken = (grant: TokenGrant): Promise<string> => {
  const key = JSON.stringify(grant);
  const known = issued.get(key);
  if (known !== undefined) return known;
  const token = signClaims(claimsOf(grant));
  issued.set(key, token);
  return token;
};

const issued = new Map<string, Promise<string>>();
