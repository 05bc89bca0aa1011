/**
 * What API Gateway does for an HTTP API with a CORS configuration: it answers every OPTIONS request by itself, and puts the
 * headers that let a page of an allowed origin read an answer on every other one. A function hears nothing of it.
 *
 * Source: Amazon API Gateway Developer Guide, "Configure CORS for HTTP APIs".
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { orderApiCors } from '../api-gateway/order-api-cors.ts';

export interface CorsOptions {
  /** Exactly as browsers send them: `http://127.0.0.1:4100`. */
  readonly allowOrigins: readonly string[];
}

/** True when the request has been answered. */
export const answerCors = (
  request: IncomingMessage,
  response: ServerResponse,
  { allowOrigins }: CorsOptions,
): boolean => {
  const { origin } = request.headers;
  const { allowMethods, allowHeaders, exposeHeaders, maxAgeSeconds } = orderApiCors;
  response.setHeader('vary', 'origin');
  if (origin !== undefined && allowOrigins.includes(origin)) {
    response.setHeader('access-control-allow-origin', origin);
    if (request.method === 'OPTIONS') {
      response.setHeader('access-control-allow-methods', allowMethods.join(','));
      response.setHeader('access-control-allow-headers', allowHeaders.join(',').toLowerCase());
      response.setHeader('access-control-max-age', maxAgeSeconds);
    } else response.setHeader('access-control-expose-headers', exposeHeaders.join(',').toLowerCase());
  }
  if (request.method !== 'OPTIONS') return false;
  response.writeHead(204);
  response.end();
  return true;
};
