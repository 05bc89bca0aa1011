/**
 * The one place where an SQS client is made. The SDK's own retries stay on: a queue gives letters at least once anyway,
 * so a repeated request adds nothing that a reader does not bear already.
 */
import { SQSClient } from '@aws-sdk/client-sqs';
import { type AwsConnection, clientSettings } from '../aws/client-settings.ts';

/** Above the seconds that a request for messages may wait for one. */
const requestTimeoutMs = 10_000;

export const createSqsClient = (connection: AwsConnection): SQSClient =>
  new SQSClient(clientSettings(connection, { attemptsMax: 3, requestTimeoutMs, connectionTimeoutMs: 2_000 }));
