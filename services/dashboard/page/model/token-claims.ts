/**
 * What an access token says of whoever holds it: to be shown, and to offer no more than it allows. Nothing here is checked;
 * the regions do that with every request. Pure.
 */

export interface TokenClaims {
  readonly subject: string;
  readonly tenant: string;
  readonly scopes: ReadonlySet<string>;
}

/** Undefined for what is no JWT, or names no subject or no tenant: the regions would take none of these. */
export const readTokenClaims = (token: string, tenantClaim: string): TokenClaims | undefined => {
  const claims = decodeClaims(token);
  if (!claims) return undefined;
  const { sub: subject } = claims;
  const tenant = Object.hasOwn(claims, tenantClaim) ? claims[tenantClaim] : undefined;
  if (typeof subject !== 'string' || subject === '' || typeof tenant !== 'string' || tenant === '') return undefined;
  return { subject, tenant, scopes: new Set(scopesOf(claims)) };
};

type Claims = Readonly<Record<string, unknown>>;

const decodeClaims = (token: string): Claims | undefined => {
  const [, payload = ''] = token.split('.');
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (it) => it.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? (claims as Claims) : undefined;
  } catch {
    return undefined;
  }
};

/** As the regions read them (infra/jose): `scope` is the standard's name, `scp` that of some issuers. */
const scopesOf = ({ scope, scp }: Claims): readonly string[] => {
  const given = scope ?? scp;
  if (typeof given === 'string') return given.split(' ').filter((name) => name !== '');
  return Array.isArray(given) ? given.filter((name) => typeof name === 'string') : [];
};
