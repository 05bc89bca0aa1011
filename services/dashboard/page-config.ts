/**
 * What the page has to know of the place where it is served: the regions' APIs, how people sign in, and how it hears of
 * changes. It stands in the page itself, so that opening the dashboard takes no further request.
 *
 * Some of it stands in a header that says what the page may reach, too, so no address may hold what means something there.
 */
import * as z from 'zod';

const originPattern = /^https?:\/\/[a-z0-9.-]+(:\d+)?$/;

const isAddress = (text: string): boolean => {
  if (text.startsWith('/')) return /^\/(?:[\w.~-]+(?:\/[\w.~-]+)*)?$/.test(text);
  return URL.canParse(text) && originPattern.test(new URL(text).origin) && !/[\s?#@]/.test(text);
};

/** A path where it is on the page's own origin. */
const address = z.string().refine(isAddress, 'must be a path, or an http or https URL with nothing after its path');
const name = z.string().min(1);

export const pageConfigSchema = z.strictObject({
  /** The first one is read from until somebody chooses another. */
  regions: z
    .array(
      z.strictObject({
        name,
        /** Of its order API, without a slash at the end. */
        apiUrl: address.refine((text) => !text.endsWith('/'), 'must not end with a slash'),
      }),
    )
    .min(1),
  login: z.discriminatedUnion('kind', [
    /** The world gives everybody who reaches it the token that they ask for. */
    z.strictObject({ kind: z.literal('world'), tenant: name }),
    z.strictObject({
      kind: z.literal('oidc'),
      issuer: address,
      clientId: name,
      /** As the identity provider names them; `openid` is asked for in any case. */
      scopes: z.array(name),
      /** The claim that names the tenant. */
      tenantClaim: name,
      /** RFC 8707: for providers that have to be told which API a token is for. */
      resource: z.string().optional(),
      /** Where the provider has its token endpoint, when that is not on the issuer's own origin. */
      origins: z.array(z.string().regex(originPattern, 'must be an origin, such as https://login.example.com')),
    }),
  ]),
  live: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('events'), url: address }),
    z.strictObject({ kind: z.literal('polling'), everySeconds: z.int().min(1) }),
  ]),
  /** That an order can have, in the order in which they are listed. */
  statuses: z.array(name),
  /** Where the switches for faults and order traffic are; absent in AWS. */
  worldUrl: address.optional(),
});

export type PageConfig = Readonly<z.infer<typeof pageConfigSchema>>;
export type OidcLogin = Extract<PageConfig['login'], { readonly kind: 'oidc' }>;
