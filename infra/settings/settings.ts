/**
 * The only reader of the process environment: what differs between deployments, parsed once.
 *
 * A deployment that is set up wrongly must fail at its first request with the name of the variable, not hours later with
 * an order in the wrong table. Endpoints and credentials are the AWS SDK's own variables and are not read here.
 */
import * as z from 'zod';
import { writerPattern } from '../../domain/ledger/position.ts';
import { namePattern } from '../../domain/ledger/stream-name.ts';
import { shardsPerRegionDefault, shardsPerRegionMax } from '../dynamodb/dynamodb-limits.ts';

/** As DynamoDB has it. */
const tableName = z.string().regex(/^[A-Za-z0-9._-]{3,255}$/, 'must be a table name');

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
    /** Whose orders an unauthenticated caller works on. */
    DEFAULT_TENANT: z.string().regex(namePattern, 'must be a name').default('default'),
  })
  .transform((env) => ({
    region: env.AWS_REGION,
    ledgerTable: env.LEDGER_TABLE,
    viewsTable: env.VIEWS_TABLE,
    controlTable: env.CONTROL_TABLE,
    alertBus: env.ALERT_BUS,
    deadLetterQueueUrl: env.DEAD_LETTER_QUEUE_URL,
    consistency: env.LEDGER_CONSISTENCY,
    ledgerShards: env.LEDGER_SHARDS,
    defaultTenant: env.DEFAULT_TENANT,
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
