/**
 * The one place where a DynamoDB client is made. The SDK's own retries are off: it would repeat a put whose outcome is
 * unknown without looking, and hide throttling from whoever has to slow down. request-retry.ts retries instead.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type AwsConnection, clientSettings } from '../aws/client-settings.ts';
import { connectionTimeoutMsDefault, requestTimeoutMsDefault } from './dynamodb-limits.ts';

export interface DocumentClientOptions extends AwsConnection {
  readonly requestTimeoutMs?: number;
  readonly connectionTimeoutMs?: number;
  /** Connections kept open at a time; further requests wait for one. */
  readonly socketsMax?: number;
}

export const createDocumentClient = ({
  requestTimeoutMs = requestTimeoutMsDefault,
  connectionTimeoutMs = connectionTimeoutMsDefault,
  socketsMax = 50,
  ...connection
}: DocumentClientOptions): DynamoDBDocumentClient => {
  const bounds = { attemptsMax: 1, requestTimeoutMs, connectionTimeoutMs, socketsMax };
  return DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings(connection, bounds)));
};
