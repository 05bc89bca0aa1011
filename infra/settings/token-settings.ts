/**
 * Whose tokens the order API takes: the issuer, for whom they must be, and where the issuer's keys are.
 *
 * Whoever can change the keys on their way can sign tokens of their own, so they come over HTTPS, or from this machine.
 */
import * as z from 'zod';

export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
  /** The claim that names the tenant. */
  readonly tenantClaim: string;
}

const text = z.string().min(1, 'must not be empty').max(2_048);

export const tokenVariables = {
  /** Exactly as the tokens' `iss` says it. */
  TOKEN_ISSUER: text.optional(),
  TOKEN_AUDIENCE: text.optional(),
  /** `<issuer>/.well-known/jwks.json` when left out. */
  TOKEN_JWKS_URL: text.optional(),
  TOKEN_TENANT_CLAIM: text.default('tenant'),
};

type TokenVariables = z.infer<z.ZodObject<typeof tokenVariables>>;

export const checkTokenSettings = (env: TokenVariables, context: z.RefinementCtx): void => {
  const say = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
  if (env.TOKEN_ISSUER === undefined) return;
  if (env.TOKEN_AUDIENCE === undefined) say('TOKEN_AUDIENCE', 'must say for whom the tokens of TOKEN_ISSUER are');
  if (!isSafeUrl(jwksUrlOf(env, env.TOKEN_ISSUER)))
    say('TOKEN_JWKS_URL', 'must be an https URL, where the keys of TOKEN_ISSUER are');
};

export const readTokenSettings = (env: TokenVariables): TokenSettings | undefined => {
  const { TOKEN_ISSUER: issuer, TOKEN_AUDIENCE: audience } = env;
  if (issuer === undefined || audience === undefined) return undefined;
  return { issuer, audience, jwksUrl: jwksUrlOf(env, issuer), tenantClaim: env.TOKEN_TENANT_CLAIM };
};

const jwksUrlOf = ({ TOKEN_JWKS_URL: given }: TokenVariables, issuer: string): string =>
  given ?? `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;

const isSafeUrl = (given: string): boolean => {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && url.hostname === '127.0.0.1');
};
