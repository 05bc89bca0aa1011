/**
 * What the page asks of an identity provider: OpenID Connect, authorization code with PKCE, as a public client. State, nonce,
 * issuer and verifier are checked by a library that is certified for it; here is only what is asked, and in which order.
 *
 * An ID token comes straight from the provider over TLS, so its signature is not looked at (OpenID Connect Core, 3.1.3.7).
 */
import * as oauth from 'oauth4webapi';
import type { OidcLogin } from '../../page-config.ts';
import { SignedOut } from './session.ts';
import type { Grant } from './token-keeper.ts';

export interface IdentityProvider {
  /** A sign-in, begun: where the person has to go, and what has to be known when they come back. */
  readonly begin: () => Promise<SignInBegun>;
  /** Throws what oauth4webapi does, and what fetch does. */
  readonly finish: (answer: URLSearchParams, pending: PendingSignIn) => Promise<Grant>;
  /** Throws SignedOut when the provider takes the token no more, else as `finish`. */
  readonly renew: (refreshToken: string) => Promise<Grant>;
  /** Where the person has to go to be signed out there, too; undefined where the provider has no such place. */
  readonly signOutUrl: (idToken: string | undefined) => string | undefined;
}

export interface SignInBegun {
  readonly url: string;
  readonly pending: PendingSignIn;
}

/** Good for one answer. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

const timeoutMs = 10_000;
/** How far the clocks of provider and viewer may be apart. */
const clockToleranceSeconds = 60;

/** `redirectUri` is the page's own address. Throws what oauth4webapi does, and what fetch does. */
export const findIdentityProvider = async (login: OidcLogin, redirectUri: string): Promise<IdentityProvider> => {
  const issuer = new URL(login.issuer);
  const client: oauth.Client = { client_id: login.clientId, [oauth.clockTolerance]: clockToleranceSeconds };
  const request = () => ({
    signal: AbortSignal.timeout(timeoutMs),
    // The settings let nothing but this machine go without TLS.
    [oauth.allowInsecureRequests]: issuer.protocol === 'http:',
  });
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, request()));
  const resource = login.resource === undefined ? {} : { resource: login.resource };

  return {
    begin: async () => {
      const pending = {
        state: oauth.generateRandomState(),
        nonce: oauth.generateRandomNonce(),
        verifier: oauth.generateRandomCodeVerifier(),
      };
      const url = webAddress(server.authorization_endpoint);
      if (!url) throw new Error('it does not say where people sign in');
      const asked = {
        response_type: 'code',
        client_id: login.clientId,
        redirect_uri: redirectUri,
        scope: [...new Set(['openid', ...login.scopes])].join(' '),
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
        ...resource,
      };
      for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
      return { url: url.href, pending };
    },
    finish: async (answer, { state, nonce, verifier }) => {
      const code = oauth.validateAuthResponse(server, client, answer, state);
      const options = { ...request(), additionalParameters: resource };
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        oauth.None(),
        code,
        redirectUri,
        verifier,
        options,
      );
      const checks = { expectedNonce: nonce, requireIdToken: true };
      return toGrant(await oauth.processAuthorizationCodeResponse(server, client, response, checks));
    },
    renew: async (refreshToken) => {
      const options = { ...request(), additionalParameters: resource };
      const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, options);
      try {
        return toGrant(await oauth.processRefreshTokenResponse(server, client, response));
      } catch (error) {
        throw error instanceof oauth.ResponseBodyError && error.status < 500 ? new SignedOut() : error;
      }
    },
    signOutUrl: (idToken) => {
      const url = webAddress(server.end_session_endpoint);
      url?.searchParams.set('client_id', login.clientId);
      url?.searchParams.set('post_logout_redirect_uri', redirectUri);
      // Amazon Cognito knows the standard's name not, and fails without its own.
      url?.searchParams.set('logout_uri', redirectUri);
      if (idToken !== undefined) url?.searchParams.set('id_token_hint', idToken);
      return url?.href;
    },
  };
};

/** Metadata could name an address that is a program. */
const webAddress = (given: string | undefined): URL | undefined =>
  given !== undefined && /^https?:\/\//.test(given) && URL.canParse(given) ? new URL(given) : undefined;

const toGrant = ({ access_token, expires_in, refresh_token, id_token }: oauth.TokenEndpointResponse): Grant => ({
  accessToken: access_token,
  lifetimeMs: expires_in === undefined ? Number.POSITIVE_INFINITY : expires_in * 1_000,
  refreshToken: refresh_token,
  idToken: id_token,
});
