/**
 * The one place where an EventBridge client is made. The SDK's own retries stay on: a request whose outcome is unknown may
 * be repeated, since alerts are delivered at least once.
 */
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { type AwsConnection, clientSettings } from '../aws/client-settings.ts';
import { connectionTimeoutMsDefault, requestAttemptsMax, requestTimeoutMsDefault } from './eventbridge-limits.ts';

export interface EventBridgeClientOptions extends AwsConnection {
  readonly requestTimeoutMs?: number;
  readonly connectionTimeoutMs?: number;
}

export const createEventBridgeClient = ({
  requestTimeoutMs = requestTimeoutMsDefault,
  connectionTimeoutMs = connectionTimeoutMsDefault,
  ...connection
}: EventBridgeClientOptions): EventBridgeClient =>
  new EventBridgeClient(
    clientSettings(connection, { attemptsMax: requestAttemptsMax, requestTimeoutMs, connectionTimeoutMs }),
  );
