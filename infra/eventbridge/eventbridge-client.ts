/**
 * The one place where an EventBridge client is made.
 *
 * The SDK's own retries stay on: a request whose outcome is unknown may be repeated, since alerts are delivered at least
 * once. Request time-outs have to be asked for: by default the SDK waits for ever, and with a time-out alone it only logs.
 */
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { connectionTimeoutMsDefault, requestAttemptsMax, requestTimeoutMsDefault } from './eventbridge-limits.ts';

export interface EventBridgeClientOptions {
  readonly region: string;
  /** Left out in AWS, where the region says it. */
  readonly endpoint?: string;
  /** Left out in AWS, where the function's role gives them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly requestTimeoutMs?: number;
  readonly connectionTimeoutMs?: number;
}

export const createEventBridgeClient = ({
  region,
  endpoint,
  credentials,
  requestTimeoutMs = requestTimeoutMsDefault,
  connectionTimeoutMs = connectionTimeoutMsDefault,
}: EventBridgeClientOptions): EventBridgeClient =>
  new EventBridgeClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    // A copy: the SDK writes into the object that it is given.
    ...(credentials === undefined ? {} : { credentials: { ...credentials } }),
    maxAttempts: requestAttemptsMax,
    requestHandler: {
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      connectionTimeout: connectionTimeoutMs,
      httpAgent: { keepAlive: true },
      httpsAgent: { keepAlive: true },
    },
  });
