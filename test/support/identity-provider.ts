/**
 * A certified OpenID provider on this machine, as a team would have one: a public client with PKCE, tokens for the order API
 * as JWTs with scopes and a tenant, and a page of its own where a person says who they are.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider, { type Configuration, type JWK } from 'oidc-provider';
import { vi } from 'vitest';
import { closeServer } from '../../infra/world/local-http.ts';
import type { TokenTrust } from '../../infra/world/token-issuer.ts';
import { scopes as allScopes } from '../../services/order-api/caller.ts';

export interface IdentityProvider {
  readonly trust: TokenTrust;
  readonly clientId: string;
  readonly resource: string;
  /** For whoever is no browser. */
  readonly issue: (person: string) => Promise<string>;
  /** What it gives from now on. */
  readonly giving: { refreshTokens: boolean };
  readonly stop: () => Promise<void>;
}

export interface IdentityProviderOptions {
  /** Of the page that people sign in to. */
  readonly redirectUri: string;
  /** What each person may do. */
  readonly people: Readonly<Record<string, readonly string[]>>;
}

const clientId = 'dashboard';
const resource = 'https://orders.example/api';
const tenant = 'acme';
const hourSeconds = 60 * 60;
export const accessTokenSeconds = 10 * 60;

export const startIdentityProvider = async ({
  redirectUri,
  people,
}: IdentityProviderOptions): Promise<IdentityProvider> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  const issuer = `http://127.0.0.1:${port}`;
  const giving = { refreshTokens: true };

  const orderApi = () => ({
    audience: resource,
    scope: allScopes.join(' '),
    accessTokenFormat: 'jwt' as const,
    accessTokenTTL: accessTokenSeconds,
    jwt: { sign: { alg: 'RS256' as const } },
  });
  const configuration: Configuration = {
    clients: [
      {
        client_id: clientId,
        token_endpoint_auth_method: 'none',
        redirect_uris: [redirectUri],
        post_logout_redirect_uris: [redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    jwks: { keys: [await createKey()] },
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: 60,
      Grant: hourSeconds,
      IdToken: hourSeconds,
      Interaction: hourSeconds,
      RefreshToken: hourSeconds,
      Session: hourSeconds,
    },
    cookies: { keys: ['a key of this test'] },
    scopes: ['openid'],
    findAccount: (_, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
    extraTokenClaims: async () => ({ tenant }),
    issueRefreshToken: async () => giving.refreshTokens,
    rotateRefreshToken: true,
    clientBasedCORS: (_, origin) => new URL(redirectUri).origin === origin,
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    // Nobody is asked for consent: who somebody is says what they may do.
    loadExistingGrant: async ({ oidc }) => {
      const { accountId } = oidc.session ?? {};
      if (accountId === undefined) return undefined;
      const allowed = people[accountId] ?? [];
      const grant = new oidc.provider.Grant({ accountId, clientId });
      grant.addOIDCScope('openid');
      grant.addResourceScope(resource, allowed.join(' '));
      grant.rejectResourceScope(resource, allScopes.filter((scope) => !allowed.includes(scope)).join(' '));
      await grant.save();
      return grant;
    },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: orderApi,
        useGrantedResource: () => true,
      },
      rpInitiatedLogout: {
        logoutSource: (context, form) => {
          context.body = `<!doctype html><title>Sign out</title>${form}
            <button type="submit" form="op.logoutForm" name="logout" value="yes">Sign me out</button>`;
        },
      },
    },
  };
  // It warns that it keeps everything in memory: here that is meant.
  const warnings = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const provider = new Provider(issuer, configuration);
  warnings.mockRestore();
  const answer = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', issuer);
    if (url.pathname === '/favicon.ico') return void response.writeHead(204).end();
    if (!url.pathname.startsWith('/interaction/')) return void answer(request, response);
    const person = url.searchParams.get('as');
    if (person === null) return askWho(response, Object.keys(people));
    const result = Object.hasOwn(people, person)
      ? { login: { accountId: person } }
      : { error: 'access_denied', error_description: 'Nobody was <b>chosen</b>' };
    provider
      .interactionFinished(request, response, result, { mergeWithLastSubmission: false })
      .catch((error: unknown) => {
        response.writeHead(400);
        response.end(String(error));
      });
  });

  return {
    trust: { issuer, audience: resource, jwksUrl: `${issuer}/jwks` },
    clientId,
    resource,
    issue: async (person) => {
      const client = await provider.Client.find(clientId);
      if (!client) throw new Error('the provider has no client');
      const grant = new provider.Grant({ accountId: person, clientId });
      const token = new provider.AccessToken({
        accountId: person,
        client,
        gty: 'authorization_code',
        grantId: await grant.save(),
        scope: (people[person] ?? []).join(' '),
        expiresWithSession: false,
      });
      token.resourceServer = new provider.ResourceServer(resource, orderApi());
      return token.save();
    },
    giving,
    stop: () => closeServer(server),
  };
};

const askWho = (response: ServerResponse, people: readonly string[]): void => {
  const links = [...people, 'nobody'].map((person) => `<li><a href="?as=${person}">${person}</a></li>`);
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><title>Who are you?</title><h1>Who are you?</h1><ul>${links.join('')}</ul>`);
};

const createKey = async (): Promise<JWK> => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: 'key-1', alg: 'RS256', use: 'sig' } as JWK;
};
