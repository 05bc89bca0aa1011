/**
 * What pages of other origins may send to an order API and read of its answers: the CORS configuration of its HTTP API.
 * In AWS the template says it to API Gateway; in the world and in tests infra/world/http-trigger.ts does API Gateway's part.
 *
 * Names are as the API has them; test/unit/order-api/cors.test.ts holds them to its OpenAPI document.
 */
export interface CorsRules {
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds: number;
}

export const orderApiCors: CorsRules = {
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'Rejoin-Token'],
  exposeHeaders: [
    'Accept-Post',
    'ETag',
    'Idempotency-Replayed',
    'Location',
    'Rejoin-Epoch',
    'Rejoin-Read',
    'Rejoin-Region',
    'Rejoin-Token',
    'Retry-After',
    'WWW-Authenticate',
  ],
  /** As long as Chromium keeps it; Firefox would for a day. */
  maxAgeSeconds: 2 * 60 * 60,
};
