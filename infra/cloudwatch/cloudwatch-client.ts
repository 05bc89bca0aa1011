/**
 * The one place where a CloudWatch client is made. The SDK's own retries stay on: we only read. All tries together must end
 * before the API gateway gives up.
 */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { type AwsConnection, clientSettings } from '../aws/client-settings.ts';

export const createCloudWatchClient = (connection: AwsConnection): CloudWatchClient =>
  new CloudWatchClient(
    clientSettings(connection, { attemptsMax: 3, requestTimeoutMs: 5_000, connectionTimeoutMs: 1_000 }),
  );
