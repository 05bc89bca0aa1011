/**
 * What a region's host process gets of an environment.
 */
import type { AwsServices } from './aws-services.ts';
import type { RegionDatabase } from './region-database.ts';
import { type ReviewTimes, reviewEnvironment } from './review-times.ts';
import type { TokenTrust } from './token-issuer.ts';

export const tableNames = { ledger: 'ledger', views: 'views', control: 'control' } as const;

/** Who plays with faults does not wait a minute to see what they do. */
export const trafficPeriodSeconds = 5;

export interface HostSurroundings {
  readonly services: AwsServices;
  readonly tokenTrust: TokenTrust;
  /** As PEERS has it. */
  readonly peers: string;
  readonly keyFile: string;
  /** In front of the database, where the ledger is strongly consistent. */
  readonly ledgerEndpoint: string | undefined;
  readonly review: ReviewTimes;
  /** Of the write plan; none where there is none. */
  readonly writePlan: Readonly<Record<string, string>>;
}

/**
 * All that a host gets of an environment: what Lambda would set, with the endpoints of this region. The files of the
 * person who runs the world are shut out, so that no profile of theirs can turn a local write into a real one.
 */
export const hostEnvironment = (
  region: string,
  { endpoint, credentials }: Pick<RegionDatabase, 'endpoint' | 'credentials'>,
  { services, tokenTrust, peers, keyFile, ledgerEndpoint, review, writePlan }: HostSurroundings,
): Readonly<Record<string, string>> => ({
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_ENDPOINT_URL_DYNAMODB: ledgerEndpoint ?? endpoint,
  AWS_ENDPOINT_URL_DYNAMODB_STREAMS: endpoint,
  AWS_ENDPOINT_URL_SQS: services.endpoint,
  AWS_ENDPOINT_URL_EVENTBRIDGE: services.endpoint,
  AWS_ENDPOINT_URL_SFN: services.endpoint,
  AWS_ENDPOINT_URL_CLOUDWATCH: services.endpoint,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  LEDGER_TABLE: tableNames.ledger,
  LEDGER_CONSISTENCY: ledgerEndpoint === undefined ? 'eventual' : 'strong',
  VIEWS_TABLE: tableNames.views,
  CONTROL_TABLE: tableNames.control,
  ALERT_BUS: services.busName,
  DEAD_LETTER_QUEUE_URL: services.queueUrl('projector-dead-letters'),
  REVIEW_STATE_MACHINE_ARN: services.stateMachineArn,
  ...reviewEnvironment(review),
  TOKEN_ISSUER: tokenTrust.issuer,
  TOKEN_AUDIENCE: tokenTrust.audience,
  TOKEN_JWKS_URL: tokenTrust.jwksUrl,
  PEERS: peers,
  ...writePlan,
  PERSONAL_DATA_KEY_FILE: keyFile,
  // The play is one caller that sends hundreds of requests a second.
  RATE_PER_SECOND: '0',
  TRAFFIC_PERIOD_SECONDS: String(trafficPeriodSeconds),
  POWERTOOLS_LOG_LEVEL: 'WARN',
  // Whoever else works on the region would write them to a person's terminal; the world's own host is told otherwise.
  POWERTOOLS_METRICS_DISABLED: 'true',
  POWERTOOLS_TRACE_ENABLED: 'false',
  // X-Ray's library would follow every promise of the process all the same: a fifth of its time.
  AWS_XRAY_MANUAL_MODE: 'true',
});
