/**
 * The one place where a KMS client is made. The SDK's own retries stay on: wrapping and unwrapping change nothing, so they
 * may be repeated. Time-outs have to be asked for, and all tries together must end before the API gateway gives up.
 */
import { KMSClient } from '@aws-sdk/client-kms';

export interface KmsClientOptions {
  readonly region: string;
  /** Left out in AWS, where the region says it. */
  readonly endpoint?: string;
  /** Left out in AWS, where the function's role gives them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const requestTimeoutMs = 2_000;
const connectionTimeoutMs = 1_000;
const attemptsMax = 3;

export const createKmsClient = ({ region, endpoint, credentials }: KmsClientOptions): KMSClient =>
  new KMSClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    // A copy: the SDK writes into the object that it is given.
    ...(credentials === undefined ? {} : { credentials: { ...credentials } }),
    maxAttempts: attemptsMax,
    requestHandler: {
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      connectionTimeout: connectionTimeoutMs,
      httpAgent: { keepAlive: true },
      httpsAgent: { keepAlive: true },
    },
  });
