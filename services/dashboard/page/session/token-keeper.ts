/**
 * The tokens of one session, in memory and nowhere else: hands one out while it is good, and renews it before it ends, once
 * for all who ask at the same time.
 */
import { SignedOut } from './session.ts';

export interface Grant {
  readonly accessToken: string;
  /** From when it was given; infinite where nobody said. */
  readonly lifetimeMs: number;
  /** Undefined where the provider gives none. */
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
}

export interface TokenKeeper {
  readonly grant: () => Grant;
  /** As Session has it. */
  readonly token: (refused?: string) => Promise<string>;
  /** Somebody has signed in again. */
  readonly replace: (grant: Grant) => void;
  readonly onEnded: (listener: (isEnded: boolean) => void) => () => void;
}

export interface TokenKeeperOptions {
  readonly grant: Grant;
  /** Throws SignedOut when the provider renews it no more; anything else may pass. */
  readonly renew: (refreshToken: string) => Promise<Grant>;
  readonly nowMs: () => number;
}

/** A request takes its time; but a token that lives shortly is not renewed all the time. */
const renewBeforeMsMax = 60_000;
const renewBeforeShare = 0.2;
/** A region that refuses a token as young as this does not do so for its age, and would refuse the next one as well. */
export const youngMs = 10_000;

export const createTokenKeeper = ({ grant: first, renew, nowMs }: TokenKeeperOptions): TokenKeeper => {
  const listeners = new Set<(isEnded: boolean) => void>();
  let grant = first;
  let givenAtMs = nowMs();
  let isEnded = false;
  let renewal: Promise<void> | undefined;

  const replace = (next: Grant): void => {
    grant = next;
    givenAtMs = nowMs();
    setEnded(false);
  };
  const setEnded = (next: boolean): void => {
    if (isEnded === next) return;
    isEnded = next;
    for (const listener of listeners) listener(isEnded);
  };
  /** Whichever way the clock jumped. */
  const ageMs = (): number => Math.abs(nowMs() - givenAtMs);

  const renewNow = async (): Promise<void> => {
    const { refreshToken, idToken } = grant;
    try {
      if (refreshToken === undefined) throw new SignedOut();
      const next = await renew(refreshToken);
      replace({ ...next, refreshToken: next.refreshToken ?? refreshToken, idToken: next.idToken ?? idToken });
    } catch (error) {
      if (error instanceof SignedOut) setEnded(true);
      throw error;
    }
  };
  const renewOnce = (): Promise<void> => {
    renewal ??= renewNow().finally(() => {
      renewal = undefined;
    });
    return renewal;
  };

  return {
    grant: () => grant,
    token: async (refused) => {
      if (isEnded) throw new SignedOut();
      const isRefused = refused === grant.accessToken;
      if (isRefused && ageMs() < youngMs) return grant.accessToken;
      const { lifetimeMs, refreshToken } = grant;
      const marginMs = refreshToken === undefined ? 0 : Math.min(renewBeforeMsMax, lifetimeMs * renewBeforeShare);
      if (!isRefused && ageMs() < lifetimeMs - marginMs) return grant.accessToken;
      try {
        await renewOnce();
      } catch (error) {
        // The provider may be back before the token ends.
        if (isRefused || error instanceof SignedOut || ageMs() >= lifetimeMs) throw error;
      }
      return grant.accessToken;
    },
    replace,
    onEnded: (listener) => {
      listeners.add(listener);
      listener(isEnded);
      return () => listeners.delete(listener);
    },
  };
};
