/**
 * Whether a bearer token is good, and whose it is. What it allows is decided by whoever asks.
 */
export interface TokenVerifier {
  /** Throws IssuerFault when the issuer's keys cannot be had. */
  verify(token: string): Promise<VerifiedToken>;
}

export type VerifiedToken =
  | {
      readonly kind: 'verified';
      /** `sub`: who acts. */
      readonly subject: string;
      readonly tenant: string;
      readonly scopes: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reason: TokenRefusal };

/** What a client may know of a token that it sent. */
export type TokenRefusal =
  | 'malformed'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-issuer'
  | 'wrong-audience'
  | 'wrong-algorithm'
  | 'wrong-signature'
  /** No subject, no tenant, or one that is no name. */
  | 'missing-claim';

/** The issuer cannot be reached, so nobody knows. */
export class IssuerFault extends Error {
  readonly code = 'issuer-unreachable';
}
