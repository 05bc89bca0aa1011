/**
 * Signs in at an identity provider: there and back again with the whole page the first time, in a tab of its own when a
 * session ends while somebody looks. Tokens are in memory alone, so a page that is loaded anew signs in anew; a provider
 * that still knows the person does that without a word.
 */
import type { Scope } from '../../../order-api/caller.ts';
import type { OidcLogin } from '../../page-config.ts';
import { readTokenClaims, type TokenClaims } from '../model/token-claims.ts';
import { findIdentityProvider, type IdentityProvider } from './identity-provider.ts';
import { keepPending, keepSignedOut, takePending, takeSignedOut } from './pending-sign-in.ts';
import { type Session, SignedOut } from './session.ts';
import { describeSignInFault } from './sign-in-fault.ts';
import { askInTab, handOver } from './sign-in-tab.ts';
import { createTokenKeeper, type Grant } from './token-keeper.ts';

export type Opened =
  | { readonly kind: 'open'; readonly session: Session }
  /** The browser is on its way to the identity provider. */
  | { readonly kind: 'leaving' }
  /** This tab was opened by another to sign in again, and has done so. */
  | { readonly kind: 'handed-over' };

/** Throws SignedOut for who has just signed out; else an error whose message is a sentence for whoever wants in. */
export const openOidcSession = async (login: OidcLogin): Promise<Opened> => {
  // Whatever stands behind it in the address: it has to be exactly what the provider knows.
  const redirectUri = new URL('.', location.href).href;
  const search = takeAnswer(redirectUri);
  const pending = takePending();
  if (search === undefined && takeSignedOut()) throw new SignedOut();
  if (search !== undefined && !pending)
    return (await handOver(search)) ? { kind: 'handed-over' } : refuse(notBegunHere);
  const answer = new URLSearchParams(search);
  if (search !== undefined && answer.get('state') !== pending?.state) return refuse(notBegunHere);
  try {
    const provider = await findIdentityProvider(login, redirectUri);
    if (search === undefined || !pending) return await leave(provider);
    history.replaceState(null, '', pending.hash || '#/');
    const grant = await provider.finish(answer, pending);
    return { kind: 'open', session: openSession(login, provider, grant, redirectUri) };
  } catch (error) {
    throw new Error(describeSignInFault(error), { cause: error });
  }
};

const refuse = (sentence: string): never => {
  throw new Error(sentence);
};

const notBegunHere = 'This sign-in was not begun by this page, or was used before. Nobody was signed in.';

/** The query of an answer of the provider; taken out of the address, so that nobody uses, keeps or shares it. */
const takeAnswer = (redirectUri: string): string | undefined => {
  const { search } = location;
  const answer = new URLSearchParams(search);
  if (!answer.has('state') || !(answer.has('code') || answer.has('error'))) return undefined;
  history.replaceState(null, '', redirectUri);
  return search;
};

const leave = async (provider: IdentityProvider): Promise<Opened> => {
  const { url, pending } = await provider.begin();
  keepPending({ ...pending, hash: location.hash });
  location.replace(url);
  return { kind: 'leaving' };
};

const openSession = (login: OidcLogin, provider: IdentityProvider, grant: Grant, redirectUri: string): Session => {
  const claims = claimsOf(grant, login);
  const keeper = createTokenKeeper({ grant, renew: provider.renew, nowMs: Date.now });
  let asking = new AbortController();

  const signInAgain = async (): Promise<void> => {
    asking.abort();
    asking = new AbortController();
    try {
      const begun = await provider.begin();
      const next = await provider.finish(await askInTab(begun, asking.signal), begun.pending);
      // Nothing that was read with the rights of somebody else stays.
      if (isSame(claimsOf(next, login), claims)) keeper.replace(next);
      else location.reload();
    } catch (error) {
      throw new Error(describeSignInFault(error), { cause: error });
    }
  };

  return {
    subject: claims.subject,
    tenant: claims.tenant,
    // Those that no region knows are nothing to ask for.
    scopes: claims.scopes as ReadonlySet<Scope>,
    token: keeper.token,
    signOut: () => {
      keepSignedOut();
      location.replace(provider.signOutUrl(keeper.grant().idToken) ?? redirectUri);
    },
    ending: { onEnded: keeper.onEnded, signInAgain },
  };
};

const claimsOf = ({ accessToken }: Grant, { tenantClaim }: OidcLogin): TokenClaims => {
  const claims = readTokenClaims(accessToken, tenantClaim);
  if (!claims)
    throw new Error(
      `the access token is no JWT that names a subject, and a tenant as ${tenantClaim}: no region takes it`,
    );
  return claims;
};

const isSame = (one: TokenClaims, other: TokenClaims): boolean =>
  one.subject === other.subject &&
  one.tenant === other.tenant &&
  one.scopes.size === other.scopes.size &&
  [...one.scopes].every((scope) => other.scopes.has(scope));
