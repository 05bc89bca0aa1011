/**
 * Who is asking, whose orders they may see, and what they may do: the one place that knows. A token says all of it; what
 * a client says of itself anywhere else in a request is not listened to.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { TokenRefusal, TokenVerifier } from '../../domain/ports/token-verifier.ts';
import { headerOf } from './read-headers.ts';
import { type Read, read, refuse } from './request.ts';

/** What a token may allow. Every route but those that are open to anybody asks for one of them. */
export const scopes = ['orders:read', 'orders:write', 'facts:write', 'reviews:decide', 'plan:write'] as const;
export type Scope = (typeof scopes)[number];

export interface Caller {
  readonly tenant: string;
  /** Stored with the entry: the token's subject. */
  readonly actor: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** Of a route that is open to anybody: no tenant is named so, and nothing is allowed. */
export const nobody: Caller = { tenant: '', actor: '', scopes: new Set() };

/** Throws IssuerFault. */
export const readCaller = async (event: APIGatewayProxyEventV2, tokens: TokenVerifier): Promise<Read<Caller>> => {
  const token = readBearerToken(event);
  if (token.kind === 'refused') return token;
  const verified = await tokens.verify(token.value);
  if (verified.kind === 'refused') return unauthenticated(verified.reason);
  const { tenant, subject, scopes: granted } = verified;
  return read({ tenant, actor: subject, scopes: new Set(scopes.filter((scope) => granted.includes(scope))) });
};

/** Several headers come as one, with commas between them: then nobody can say which is meant, and none is. */
const readBearerToken = (event: APIGatewayProxyEventV2): Read<string> => {
  const header = headerOf(event, 'authorization')?.trim() ?? '';
  if (!/^bearer\b/i.test(header)) return unauthenticated('missing');
  const token = bearerPattern.exec(header)?.[1];
  return token === undefined ? unauthenticated('malformed') : read(token);
};

const unauthenticated = (reason: TokenRefusal | 'missing'): Read<never> =>
  refuse({ kind: 'not-authenticated', reason });

/** RFC 6750. */
const bearerPattern = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;
