/** Who looks at the page, and what they may do. The regions check every request themselves; the page only asks for less. */
import type { Scope } from '../../../order-api/caller.ts';

export interface Session {
  /** As it will stand with what they decide. */
  readonly subject: string;
  readonly tenant: string;
  readonly scopes: ReadonlySet<Scope>;
  /**
   * For the Authorization header; a new one when the last is about to end, or when it is the one that a region `refused`.
   * Throws SignedOut, and what keeps the issuer from answering.
   */
  readonly token: (refused?: string) => Promise<string>;
  /** Undefined where there is nothing to sign out of. */
  readonly signOut?: () => void;
  /** Undefined where a session does not end by itself. */
  readonly ending?: SessionEnding;
  /** The roles that may be tried out: in the world alone. */
  readonly roles?: {
    readonly names: readonly string[];
    readonly chosen: string;
    readonly choose: (name: string) => void;
  };
}

export interface SessionEnding {
  /** Hears `true` when the session has ended and could not be renewed, `false` when somebody has signed in again. */
  readonly onEnded: (listener: (isEnded: boolean) => void) => () => void;
  /** In a tab of its own, so that nothing on this page is lost. To be called by a click. Throws what went wrong. */
  readonly signInAgain: () => Promise<void>;
}

/** The session is over and could not be renewed: sign in again. */
export class SignedOut extends Error {}
