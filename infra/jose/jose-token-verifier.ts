/**
 * Checks bearer tokens with `jose`, as API Gateway's JWT authorizer does, so that a token is good or bad alike whether a
 * gateway stands before the function or not; the gateway knows RSA alone, so a deployment behind one signs with RSA.
 *
 * The algorithm is chosen here and never by the token: a shared secret, or none, is refused before a key is looked for.
 * What a token says is looked at only once its signature is good. Nothing of a token is in what is returned or thrown.
 */
import {
  createRemoteJWKSet,
  customFetch,
  type ExportedJWKSCache,
  errors,
  type FetchImplementation,
  type JWKSCacheInput,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwksCache,
  jwtVerify,
} from 'jose';
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
 *
 * While the issuer cannot be reached, those that were fetched last stay good for a day: it has not said otherwise. Of a key
 * that is not among them nobody knows then, and who asks again in vain waits for an answer once in a cool-down only.
 */
export const fetchIssuerKeys = (url: string): JWTVerifyGetKey => {
  const last: Partial<ExportedJWKSCache> = {};
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: 3_000,
    cooldownDuration: cooldownMs,
    cacheMaxAge: keptMsMax,
    [jwksCache]: last as JWKSCacheInput,
    // Where there are none yet, nobody can be let in before the next try.
    [customFetch]: fetchWithPauses(() => (last.uat === undefined ? firstPauseMs : cooldownMs)),
  });
  return async (header, token) => {
    if (last.uat !== undefined && Date.now() - last.uat >= refetchedAfterMs) await keys.reload().catch(() => undefined);
    return keys(header, token);
  };
};

const refetchedAfterMs = 2 * 60 * 60 * 1000;
export const keptMsMax = 24 * 60 * 60 * 1000;
const cooldownMs = 30_000;
const firstPauseMs = 1_000;

/** After a failure the next are immediate, until the pause is over. */
const fetchWithPauses = (pauseMs: () => number): FetchImplementation => {
  let failedAtMs: number | undefined;
  return async (url, options) => {
    // Whichever way the clock jumped, a pause is over when the failure is that far away.
    if (failedAtMs !== undefined && Math.abs(Date.now() - failedAtMs) < pauseMs())
      throw new Error('the issuer was asked in vain a moment ago');
    try {
      const response = await fetch(url, options);
      const text = await response.text();
      failedAtMs = response.status === 200 ? undefined : Date.now();
      return new Response(text, { status: response.status });
    } catch (error) {
      failedAtMs = Date.now();
      throw error;
    }
  };
};

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
