/**
 * The one place where an SQS client is made. The SDK's own retries stay on: a queue gives letters at least once anyway,
 * so a repeated request adds nothing that a reader does not bear already. Time-outs have to be asked for.
 */
import { SQSClient } from '@aws-sdk/client-sqs';

export interface SqsClientOptions {
  readonly region: string;
  /** Left out in AWS, where the region says it. */
  readonly endpoint?: string;
  /** Left out in AWS, where the function's role gives them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Above the seconds that a request for messages may wait for one. */
const requestTimeoutMs = 10_000;
const connectionTimeoutMs = 2_000;
const attemptsMax = 3;

export const createSqsClient = ({ region, endpoint, credentials }: SqsClientOptions): SQSClient =>
  new SQSClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    // A copy: the SDK writes into the object that it is given.
    ...(credentials === undefined ? {} : { credentials: { ...credentials } }),
    maxAttempts: attemptsMax,
    requestHandler: {
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      connectionTimeout: connectionTimeoutMs,
    },
  });
