/**
 * A request as a route gets it, the ways in which one can be wrong before anything is known of the order, and what reading a part of one returns.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { TokenRefusal } from '../../domain/ports/token-verifier.ts';
import type { Caller, Scope } from './caller.ts';

export interface ApiRequest {
  readonly event: APIGatewayProxyEventV2;
  readonly caller: Caller;
}

export type RequestRefusal =
  | { readonly kind: 'unknown-route' }
  | { readonly kind: 'method-not-allowed'; readonly allowed: readonly string[] }
  | { readonly kind: 'not-authenticated'; readonly reason: TokenRefusal | 'missing' }
  | { readonly kind: 'not-allowed'; readonly scope: Scope }
  | { readonly kind: 'too-many-requests'; readonly retryAfterSeconds: number }
  /** A part of the API that this deployment does not have. */
  | { readonly kind: 'not-implemented'; readonly detail: string }
  | { readonly kind: 'invalid-order-id' }
  | { readonly kind: 'invalid-case-id' }
  | { readonly kind: 'missing-idempotency-key' }
  | { readonly kind: 'invalid-header'; readonly name: string; readonly detail: string }
  | { readonly kind: 'invalid-query'; readonly name: string; readonly detail: string }
  /** Of several parameters that each name a list, exactly one has to be there. */
  | { readonly kind: 'one-list-needed'; readonly parameters: readonly string[] }
  | { readonly kind: 'unsupported-media-type' }
  | { readonly kind: 'body-too-large'; readonly bytesMax: number }
  | { readonly kind: 'invalid-json'; readonly detail: string }
  | { readonly kind: 'invalid-body'; readonly errors: readonly BodyError[] };

export interface BodyError {
  /** RFC 6901, into the request body. */
  readonly pointer: string;
  readonly detail: string;
}

export type Read<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'refused'; readonly refusal: RequestRefusal };

export const read = <T>(value: T): Read<T> => ({ kind: 'read', value });

export const refuse = <T = never>(refusal: RequestRefusal): Read<T> => ({ kind: 'refused', refusal });

/** What a zod issue's path is in the body, below `base`. */
export const toPointer = (base: string, path: readonly PropertyKey[]): string =>
  base + path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
