/**
 * The settings of the dashboard's function: what the page has to know of the regions and of who signs people in. It knows no
 * table and no queue, so it is asked for none of their names.
 *
 * Tokens and what people decide go to these addresses, so they are reached over HTTPS, or on this machine.
 */
import * as z from 'zod';
import { SettingsError } from './settings.ts';
import { tokenVariables } from './token-settings.ts';
import { writePlanVariables } from './write-plan-settings.ts';

export interface DashboardSettings {
  /** In the order in which they were named. URLs have no slash at the end. */
  readonly regions: readonly { readonly name: string; readonly apiUrl: string }[];
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly tenantClaim: string;
  /** RFC 8707. */
  readonly resource: string | undefined;
  /** Beside the issuer's own. */
  readonly loginOrigins: readonly string[];
  readonly pollSeconds: number;
}

const safeUrl = z
  .url('must be a URL')
  .max(2_048)
  .refine(
    (text) => /^(https:\/\/|http:\/\/127\.0\.0\.1[:/])[^\s?#@]*$/.test(text),
    'must be an https URL with nothing after its path',
  )
  .refine((text) => hostPattern.test(hostOf(text)), 'must have a host of letters, digits, dots and hyphens');

/** What a Content-Security-Policy can name. */
const hostPattern = /^[a-z0-9.-]+$/;
const hostOf = (text: string): string => (URL.canParse(text) ? new URL(text).hostname : '');

const words = z.string().transform((text) => text.split(' ').filter((word) => word !== ''));

const dashboardSchema = z.object({
  API_URLS: writePlanVariables.API_URLS.refine((found) => found.length > 0, 'must say where the order APIs are')
    .refine((found) => new Set(found.map(({ region }) => region)).size === found.length, 'must name each region once')
    .refine((found) => found.every(({ url }) => safeUrl.safeParse(url).success), 'must be https URLs, one a region'),
  /** Exactly as the tokens' `iss` says it; the provider says at `<issuer>/.well-known/openid-configuration` where it is. */
  TOKEN_ISSUER: safeUrl,
  TOKEN_TENANT_CLAIM: tokenVariables.TOKEN_TENANT_CLAIM,
  /** Of a public client: the page can keep no secret. */
  DASHBOARD_CLIENT_ID: z.string().min(1, 'must not be empty').max(2_048),
  /** As the identity provider names them. */
  DASHBOARD_SCOPES: words.default(['orders:read', 'orders:write', 'facts:write', 'reviews:decide', 'plan:write']),
  /** For a provider that has to be told which API a token is for: the audience of the order APIs. */
  DASHBOARD_RESOURCE: z.url('must be a URL').max(2_048).optional(),
  /** Of a provider whose token endpoint is not on the issuer's own origin, `https://login.example.com`. */
  DASHBOARD_LOGIN_ORIGINS: words
    .pipe(z.array(safeUrl.refine((text) => !/^https?:\/\/[^/]*\//.test(text), 'must be origins, with no path')))
    .transform((origins) => origins.map((text) => new URL(text).origin))
    .default([]),
  /** How often the page asks for what is new. */
  DASHBOARD_POLL_SECONDS: z
    .string()
    .regex(/^\d{1,4}$/, 'must be a number of seconds')
    .transform(Number)
    .pipe(z.number().min(1).max(3_600))
    .default(5),
});

/** Throws a SettingsError that names every variable that is missing or wrong. */
export const readDashboardSettings = (
  env: Readonly<Record<string, string | undefined>> = process.env,
): DashboardSettings => {
  const parsed = dashboardSchema.safeParse(env);
  if (!parsed.success)
    throw new SettingsError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  const { data } = parsed;
  return {
    regions: data.API_URLS.map(({ region, url }) => ({ name: region, apiUrl: url.replace(/\/+$/, '') })),
    issuer: data.TOKEN_ISSUER,
    clientId: data.DASHBOARD_CLIENT_ID,
    scopes: data.DASHBOARD_SCOPES,
    tenantClaim: data.TOKEN_TENANT_CLAIM,
    resource: data.DASHBOARD_RESOURCE,
    loginOrigins: data.DASHBOARD_LOGIN_ORIGINS,
    pollSeconds: data.DASHBOARD_POLL_SECONDS,
  };
};
