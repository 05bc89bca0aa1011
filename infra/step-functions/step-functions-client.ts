/**
 * The one place where a Step Functions client is made. The SDK's own retries stay on: to start a workflow that runs, or
 * to answer a task that was answered, changes nothing.
 */
import { SFNClient } from '@aws-sdk/client-sfn';
import { type AwsConnection, clientSettings } from '../aws/client-settings.ts';

export const createStepFunctionsClient = (connection: AwsConnection): SFNClient =>
  new SFNClient(clientSettings(connection, { attemptsMax: 3, requestTimeoutMs: 5_000, connectionTimeoutMs: 1_000 }));
