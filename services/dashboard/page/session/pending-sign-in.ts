/**
 * What is kept while the browser is at the identity provider: in this tab alone, for one way there and back. Tokens are
 * never kept.
 */
import type { PendingSignIn } from './identity-provider.ts';

/** With where on the page the person was. */
export interface KeptSignIn extends PendingSignIn {
  readonly hash: string;
}

const pendingKey = 'rejoin.sign-in';
const signedOutKey = 'rejoin.signed-out';

export const keepPending = (pending: KeptSignIn): void => sessionStorage.setItem(pendingKey, JSON.stringify(pending));

/** Undefined when this tab has begun no sign-in, or has used it. */
export const takePending = (): KeptSignIn | undefined => {
  const kept = take(pendingKey);
  return kept === null ? undefined : (JSON.parse(kept) as KeptSignIn);
};

/** So that who has just signed out is not signed in again by coming back. */
export const keepSignedOut = (): void => sessionStorage.setItem(signedOutKey, 'true');

export const takeSignedOut = (): boolean => take(signedOutKey) !== null;

const take = (key: string): string | null => {
  const kept = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  return kept;
};
