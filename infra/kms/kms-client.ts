/**
 * The one place where a KMS client is made. The SDK's own retries stay on: wrapping and unwrapping change nothing, so they
 * may be repeated. All tries together must end before the API gateway gives up.
 */
import { KMSClient } from '@aws-sdk/client-kms';
import { type AwsConnection, clientSettings } from '../aws/client-settings.ts';

export const createKmsClient = (connection: AwsConnection): KMSClient =>
  new KMSClient(clientSettings(connection, { attemptsMax: 3, requestTimeoutMs: 2_000, connectionTimeoutMs: 1_000 }));
