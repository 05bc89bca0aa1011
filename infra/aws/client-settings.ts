/**
 * How a client of AWS reaches its service: what all of ours are given alike.
 *
 * Time-outs have to be asked for: by default the SDK waits for ever, and with a time-out alone it only logs. Connections
 * are kept, since the next request comes soon.
 */
export interface AwsConnection {
  readonly region: string;
  /** Left out in AWS, where the region says it. */
  readonly endpoint?: string;
  /** Left out in AWS, where the function's role gives them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface RequestBounds {
  /** The SDK's own tries; 1 leaves repeating to the caller. */
  readonly attemptsMax: number;
  /** Of one try. */
  readonly requestTimeoutMs: number;
  readonly connectionTimeoutMs: number;
  /** Connections kept open at a time; further requests wait for one. */
  readonly socketsMax?: number;
}

export const clientSettings = (
  { region, endpoint, credentials }: AwsConnection,
  { attemptsMax, requestTimeoutMs, connectionTimeoutMs, socketsMax = 50 }: RequestBounds,
) => {
  const agent = { keepAlive: true, maxSockets: socketsMax };
  return {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    // A copy: the SDK writes into the object that it is given.
    ...(credentials === undefined ? {} : { credentials: { ...credentials } }),
    maxAttempts: attemptsMax,
    requestHandler: {
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      connectionTimeout: connectionTimeoutMs,
      httpAgent: agent,
      httpsAgent: agent,
    },
  };
};
