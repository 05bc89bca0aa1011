/**
 * The one place where a DynamoDB client is made.
 *
 * The SDK's own retries are off: it would repeat a put whose outcome is unknown without looking, and hide throttling
 * from whoever has to slow down. request-retry.ts retries instead. Request time-outs have to be asked for: by default
 * the SDK waits for ever, and with a time-out alone it only logs.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { connectionTimeoutMsDefault, requestTimeoutMsDefault } from './dynamodb-limits.ts';

export interface DocumentClientOptions {
  readonly region: string;
  /** Left out in AWS, where the region says it. */
  readonly endpoint?: string;
  /** Left out in AWS, where the function's role gives them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly requestTimeoutMs?: number;
  readonly connectionTimeoutMs?: number;
  /** Connections kept open at a time; further requests wait for one. */
  readonly socketsMax?: number;
}

export const createDocumentClient = ({
  region,
  endpoint,
  credentials,
  requestTimeoutMs = requestTimeoutMsDefault,
  connectionTimeoutMs = connectionTimeoutMsDefault,
  socketsMax = 50,
}: DocumentClientOptions): DynamoDBDocumentClient => {
  const agent = { keepAlive: true, maxSockets: socketsMax };
  const client = new DynamoDBClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    // A copy: the SDK writes into the object that it is given.
    ...(credentials === undefined ? {} : { credentials: { ...credentials } }),
    maxAttempts: 1,
    requestHandler: {
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      connectionTimeout: connectionTimeoutMs,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
  return DynamoDBDocumentClient.from(client);
};
