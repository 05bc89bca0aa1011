/**
 * The only reader of the process environment: what differs between deployments, parsed once.
 *
 * A deployment that is set up wrongly must fail at its first request with the name of the variable, not hours later with
 * an order in the wrong table. Endpoints and credentials are the AWS SDK's own variables and are not read here.
 */
import * as z from 'zod';
import { writerPattern } from '../../domain/ledger/position.ts';
import { shardsPerRegionDefault, shardsPerRegionMax } from '../dynamodb/dynamodb-limits.ts';
import {
  checkPersonalDataSettings,
  personalDataVariables,
  readPersonalDataSettings,
} from './personal-data-settings.ts';
import { rateVariables, readRateSettings } from './rate-settings.ts';
import { readReviewSettings, reviewVariables } from './review-settings.ts';
import { checkTokenSettings, readTokenSettings, tokenVariables } from './token-settings.ts';
import { readTrafficSettings, trafficVariables } from './traffic-settings.ts';
import { checkWritePlanSettings, readWritePlanSettings, writePlanVariables } from './write-plan-settings.ts';

/** As DynamoDB has it. */
const tableName = z.string().regex(/^[A-Za-z0-9._-]{3,255}$/, 'must be a table name');

/** Each region once, with an endpoint where the SDK would find another or none. */
const peers = z
  .string()
  .transform((text) => (text.trim() === '' ? [] : text.split(',').map(splitPeer)))
  .pipe(
    z.array(
      z.object({
        region: z.string().regex(writerPattern, 'must be a region name'),
        endpoint: z.url({ protocol: /^https?$/, error: 'must be a URL' }).exactOptional(),
      }),
    ),
  )
  .refine((found) => new Set(found.map(({ region }) => region)).size === found.length, 'must name each region once');

const splitPeer = (text: string) => {
  const [region, endpoint] = text.trim().split(/=(.*)/, 2);
  return { region, ...(endpoint !== undefined && { endpoint }) };
};

const settingsSchema = z
  .object({
    AWS_REGION: z.string().regex(writerPattern, 'must be a region name'),
    LEDGER_TABLE: tableName.default('ledger'),
    VIEWS_TABLE: tableName.default('views'),
    CONTROL_TABLE: tableName.default('control'),
    /** Where alerts go. */
    ALERT_BUS: z
      .string()
      .regex(/^[A-Za-z0-9._/-]{1,256}$/, 'must be the name of an event bus')
      .default('rejoin'),
    /** Of the projector and of who replays its dead letters. */
    DEAD_LETTER_QUEUE_URL: z.url('must be the URL of a queue').optional(),
    /** `strong` on a multi-region strongly consistent table. A table's mode never changes. */
    LEDGER_CONSISTENCY: z.enum(['eventual', 'strong']).default('eventual'),
    /** Shards of the by-ulid index, per region. Only ever grows. */
    LEDGER_SHARDS: z.coerce.number().int().min(1).max(shardsPerRegionMax).default(shardsPerRegionDefault),
    /** The table's other regions, `eu-west-1,ap-south-1`. The API may need `dynamodb:GetItem` on the table there. */
    PEERS: peers.default([]),
    ...tokenVariables,
    ...personalDataVariables,
    ...rateVariables,
    ...reviewVariables,
    ...trafficVariables,
    ...writePlanVariables,
  })
  .refine(({ AWS_REGION, PEERS }) => PEERS.every(({ region }) => region !== AWS_REGION), {
    path: ['PEERS'],
    error: 'must name other regions only',
  })
  .superRefine(checkTokenSettings)
  .superRefine(checkPersonalDataSettings)
  .superRefine(checkWritePlanSettings)
  .transform((env) => ({
    region: env.AWS_REGION,
    ledgerTable: env.LEDGER_TABLE,
    viewsTable: env.VIEWS_TABLE,
    controlTable: env.CONTROL_TABLE,
    alertBus: env.ALERT_BUS,
    deadLetterQueueUrl: env.DEAD_LETTER_QUEUE_URL,
    consistency: env.LEDGER_CONSISTENCY,
    ledgerShards: env.LEDGER_SHARDS,
    peers: env.PEERS,
    /** Undefined where TOKEN_ISSUER is: only the order API needs it. */
    token: readTokenSettings(env),
    /** Undefined where nothing says who wraps keys: only who takes and shows orders needs it. */
    personalData: readPersonalDataSettings(env),
    /** Undefined where there is no limit. */
    rateLimit: readRateSettings(env),
    /** Undefined where REVIEW_STATE_MACHINE_ARN is: only the functions of the review need it. */
    review: readReviewSettings(env),
    /** Undefined where it is not told. */
    traffic: readTrafficSettings(env),
    /** Undefined where every region may always write. */
    writePlan: readWritePlanSettings(env),
  }));

export type Settings = Readonly<z.infer<typeof settingsSchema>>;

/** Throws a SettingsError that names every variable that is missing or wrong. */
export const readSettings = (env: Readonly<Record<string, string | undefined>> = process.env): Settings => {
  const parsed = settingsSchema.safeParse(env);
  if (!parsed.success)
    throw new SettingsError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  return parsed.data;
};

export class SettingsError extends Error {
  readonly code = 'invalid-settings';
  constructor(mistakes: readonly string[]) {
    super(`The environment is not set up:\n${mistakes.map((mistake) => `- ${mistake}`).join('\n')}`);
  }
}
