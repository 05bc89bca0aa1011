/**
 * Checks bearer tokens with `jose`, as API Gateway's JWT authorizer does, so that a token is good or bad alike whether a
 * gateway stands before the function or not; the gateway knows RSA alone, so a deployment behind one signs with RSA.
 *
 * The algorithm is chosen here and never by the token: a shared secret, or none, is refused before a key is looked for.
 * What a token says is looked at only once its signature is good. Nothing of a token is in what is returned or thrown.
 */
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { namePattern } from '../../domain/ledger/stream-name.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import {
  IssuerFault,
  type TokenRefusal,
  type TokenVerifier,
  type VerifiedToken,
} from '../../domain/ports/token-verifier.ts';

export interface TokenVerifierOptions {
  readonly issuer: string;
  readonly audience: string;
  /** The claim that names the tenant. */
  readonly tenantClaim: string;
  readonly keys: JWTVerifyGetKey;
  readonly clock: Clock;
}

/** API Gateway takes headers of 10,240 bytes, all together. */
export const tokenLengthMax = 8_192;

/** How far the clocks of issuer and region may be apart. */
export const clockToleranceSeconds = 10;

export const createTokenVerifier = ({ keys, clock, ...expected }: TokenVerifierOptions): TokenVerifier => {
  const keyOf = namedKey(keys);
  return {
    verify: async (token) => {
      if (token.length > tokenLengthMax) return refused('malformed');
      const currentDate = new Date(clock.nowMs());
      try {
        const { payload } = await jwtVerify(token, keyOf, {
          algorithms: [...algorithms],
          issuer: expected.issuer,
          requiredClaims: ['exp'],
          clockTolerance: clockToleranceSeconds,
          currentDate,
        });
        return readClaims(payload, expected, currentDate.getTime());
      } catch (error) {
        if (!(error instanceof errors.JOSEError)) throw error;
        return refused(reasonOf(error));
      }
    },
  };
};

/**
 * The issuer's keys, fetched when the first token comes and then as seldom as API Gateway does; for a key that is not
 * among them once more, but never twice within the cool-down, whoever sends invented ones.
 */
export const fetchIssuerKeys = (url: string): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(url), {
    timeoutDuration: 3_000,
    cooldownDuration: 30_000,
    cacheMaxAge: 2 * 60 * 60 * 1000,
  });

const algorithms = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const;

const refused = (reason: TokenRefusal): VerifiedToken => ({ kind: 'refused', reason });

/** A token has to name its key. Whatever else goes wrong with keys is the issuer's fault, not the token's. */
const namedKey =
  (keys: JWTVerifyGetKey): JWTVerifyGetKey =>
  async (header, token) => {
    if (typeof header.kid !== 'string') throw new errors.JWKSNoMatchingKey();
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) throw error;
      throw new IssuerFault("the issuer's keys cannot be had", { cause: error });
    }
  };

const readClaims = (
  payload: JWTPayload,
  { audience, tenantClaim }: Pick<TokenVerifierOptions, 'audience' | 'tenantClaim'>,
  nowMs: number,
): VerifiedToken => {
  if (!isFor(payload, audience)) return refused('wrong-audience');
  if (payload.iat !== undefined && payload.iat > nowMs / 1000 + clockToleranceSeconds) return refused('not-yet-valid');
  const { sub: subject } = payload;
  const tenant = Object.hasOwn(payload, tenantClaim) ? payload[tenantClaim] : undefined;
  if (!isSubject(subject) || typeof tenant !== 'string' || !namePattern.test(tenant)) return refused('missing-claim');
  return { kind: 'verified', subject, tenant, scopes: scopesOf(payload) };
};

/** As API Gateway has it: `client_id` counts only where there is no `aud`. */
const isFor = ({ aud, client_id: clientId }: JWTPayload, audience: string): boolean =>
  aud === undefined ? clientId === audience : [aud].flat().includes(audience);

/** It is stored with every entry, for ever. */
const isSubject = (subject: unknown): subject is string =>
  typeof subject === 'string' && subject !== '' && subject.length <= subjectLengthMax && subject.isWellFormed();

const subjectLengthMax = 255;

/** `scope` is the standard's name, `scp` that of some issuers; a text is separated by spaces. */
const scopesOf = ({ scope, scp }: JWTPayload): readonly string[] => {
  const given = scope ?? scp;
  if (typeof given === 'string') return given.split(' ').filter((name) => name !== '');
  return Array.isArray(given) ? given.filter((name) => typeof name === 'string') : [];
};

const reasonOf = (error: errors.JOSEError): TokenRefusal => {
  switch (error.code) {
    case 'ERR_JWT_EXPIRED':
      return 'expired';
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
      return 'wrong-algorithm';
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
    case 'ERR_JWKS_NO_MATCHING_KEY':
      return 'wrong-signature';
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
      return claimReason(error as errors.JWTClaimValidationFailed);
    default:
      return 'malformed';
  }
};

const claimReason = ({ claim, reason }: errors.JWTClaimValidationFailed): TokenRefusal => {
  if (claim === 'iss') return 'wrong-issuer';
  if (reason === 'missing') return 'missing-claim';
  return claim === 'nbf' && reason === 'check_failed' ? 'not-yet-valid' : 'malformed';
};
