/**
 * The world's own issuer of tokens, in the place of a team's identity provider: a key pair that is made at boot and never
 * leaves this process, and an address on this machine where the public half is served.
 *
 * It runs beside the regions, so a region's host may die and start again and finds the same keys. With the world the key
 * ends, and every token with it.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Clock } from '../../domain/ports/clock.ts';
import { checkLocal, closeServer, listenLocally, sendProblem } from './local-http.ts';
import type { TokenGrant } from './world-types.ts';

export interface TokenIssuer {
  /** What a service has to know to check a token. */
  readonly trust: TokenTrust;
  readonly issue: (grant: TokenGrant) => Promise<string>;
  readonly stop: () => Promise<void>;
}

export interface TokenTrust {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
}

const issuer = 'urn:rejoin:world';
const audience = 'rejoin';
const algorithm = 'ES256';
const keysPath = '/.well-known/jwks.json';

export const startTokenIssuer = async ({ nowMs }: Clock): Promise<TokenIssuer> => {
  const { publicKey, privateKey } = await generateKeyPair(algorithm);
  const kid = randomUUID();
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' }] });
  const server = createServer((request, response) => {
    const check = checkLocal(request, port);
    if (check.kind === 'refused')
      return sendProblem(response, { status: 403, title: 'Forbidden', detail: check.detail });
    if (request.url !== keysPath || request.method !== 'GET')
      return sendProblem(response, { status: 404, title: 'Not Found', detail: `GET ${keysPath} is all there is` });
    response.writeHead(200, { 'content-type': 'application/jwk-set+json' });
    response.end(keys);
  });
  const port = await listenLocally(server, 0);
  return {
    trust: { issuer, audience, jwksUrl: `http://127.0.0.1:${port}${keysPath}` },
    issue: ({ scopes, tenant, subject, expiresInSeconds }) => {
      const nowSeconds = Math.floor(nowMs() / 1000);
      return new SignJWT({ scope: scopes.join(' '), tenant })
        .setProtectedHeader({ alg: algorithm, kid, typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt(nowSeconds)
        .setExpirationTime(nowSeconds + expiresInSeconds)
        .sign(privateKey);
    },
    stop: () => closeServer(server),
  };
};
