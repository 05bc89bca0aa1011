/** The settings of write plan, breaker and lease: the same in every region, but for nothing. */
import * as z from 'zod';
import { writerPattern } from '../../domain/ledger/position.ts';
import { type BreakerSettings, breakerDefaults } from '../../domain/write-plan/breaker.ts';
import { type LeaseSettings, leaseDefaults } from '../../domain/write-plan/lease.ts';
import type { WritePlanSettings } from '../../domain/write-plan/write-plan-settings.ts';

const region = z.string().regex(writerPattern, 'must be a region name');

const secondsMax = 24 * 60 * 60;
const seconds = z
  .string()
  .regex(/^\d{1,5}(\.\d{1,3})?$/, 'must be a number of seconds')
  .transform(Number)
  .pipe(z.number().max(secondsMax));

/** An echo takes two beats by itself, and half of the threshold is a healthy link. */
const thresholdSecondsMin = 5;
const termSecondsMin = 5;

const url = z.url({ protocol: /^https?$/, error: 'must be a URL' });

const splitPair = (text: string) => {
  const [name = '', said = ''] = text.trim().split(/=(.*)/, 2);
  return { region: name, url: said };
};

export const writePlanVariables = {
  /** Takes decisions while regions do not see each other, until a plan names another. Needed wherever PEERS is. */
  PRIMARY_REGION: region.optional(),
  /** Where clients find the regions' APIs, `us-east-1=https://…,eu-west-1=https://…`: said to those who are sent there. */
  API_URLS: z
    .string()
    .transform((text) => (text.trim() === '' ? [] : text.split(',').map(splitPair)))
    .pipe(z.array(z.object({ region, url })))
    .default([]),
  /** A region of none of the replicas, with an endpoint where the SDK would find another: its control table holds the lease. */
  WITNESS: z
    .string()
    .transform((text) => {
      const { region: name, url: endpoint } = splitPair(text);
      return { region: name, ...(endpoint !== '' && { endpoint }) };
    })
    .pipe(z.object({ region, endpoint: url.exactOptional() }))
    .optional(),
  /** Outside the primary nothing at all is taken while the link is sick, facts included. */
  STRICT_WHEN_ISOLATED: z.enum(['true', 'false']).default('false'),
  BREAKER_THRESHOLD_SECONDS: seconds.pipe(z.number().min(thresholdSecondsMin)).optional(),
  BREAKER_COOL_DOWN_SECONDS: seconds.pipe(z.number().min(1)).optional(),
  BREAKER_OPENINGS_PER_HOUR: z.coerce.number().int().min(1).max(3_600).optional(),
  LEASE_TERM_SECONDS: seconds.pipe(z.number().min(termSecondsMin)).optional(),
};

type WritePlanVariables = z.infer<z.ZodObject<typeof writePlanVariables>>;

interface TableVariables {
  readonly AWS_REGION: string;
  readonly PEERS: readonly { readonly region: string }[];
  readonly LEDGER_CONSISTENCY: 'eventual' | 'strong';
}

export const checkWritePlanSettings = (env: WritePlanVariables & TableVariables, context: z.RefinementCtx): void => {
  const say = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
  const { AWS_REGION, PEERS, LEDGER_CONSISTENCY, PRIMARY_REGION, WITNESS, API_URLS } = env;
  const regions = [AWS_REGION, ...PEERS.map((peer) => peer.region)];
  if (LEDGER_CONSISTENCY === 'eventual' && PEERS.length > 0 && PRIMARY_REGION === undefined)
    say('PRIMARY_REGION', 'must say which region takes decisions while regions do not see each other');
  if (PRIMARY_REGION !== undefined && !regions.includes(PRIMARY_REGION))
    say('PRIMARY_REGION', 'must be AWS_REGION or one of PEERS');
  if (API_URLS.some((api) => !regions.includes(api.region)))
    say('API_URLS', 'must name AWS_REGION and regions of PEERS only');
  if (WITNESS !== undefined && regions.includes(WITNESS.region))
    say('WITNESS', 'must be a region that holds no replica: a replica cannot tell who is cut off');
};

/** Undefined where every region may always write: one region alone, or a strongly consistent table. */
export const readWritePlanSettings = (env: WritePlanVariables & TableVariables): WritePlanSettings | undefined => {
  const { PRIMARY_REGION: primary, LEDGER_CONSISTENCY, WITNESS, API_URLS } = env;
  if (LEDGER_CONSISTENCY === 'strong' || primary === undefined) return undefined;
  return {
    primary,
    apiUrls: Object.fromEntries(API_URLS.map((api) => [api.region, api.url])),
    witness: WITNESS,
    isStrict: env.STRICT_WHEN_ISOLATED === 'true',
    breaker: breakerOf(env),
    lease: leaseOf(env),
  };
};

/** What was not said follows from what was: a healthy link is at half the threshold. */
const breakerOf = (env: WritePlanVariables): BreakerSettings => {
  const thresholdMs = toMs(env.BREAKER_THRESHOLD_SECONDS) ?? breakerDefaults.thresholdMs;
  return {
    thresholdMs,
    healthyMs: thresholdMs / 2,
    coolDownMs: toMs(env.BREAKER_COOL_DOWN_SECONDS) ?? breakerDefaults.coolDownMs,
    openingsPerHourMax: env.BREAKER_OPENINGS_PER_HOUR ?? breakerDefaults.openingsPerHourMax,
  };
};

const leaseOf = ({ LEASE_TERM_SECONDS }: WritePlanVariables): LeaseSettings => {
  const termMs = toMs(LEASE_TERM_SECONDS) ?? leaseDefaults.termMs;
  const marginShare = leaseDefaults.marginMs / leaseDefaults.termMs;
  return { ...leaseDefaults, termMs, marginMs: termMs * marginShare };
};

const toMs = (said: number | undefined): number | undefined => (said === undefined ? undefined : said * 1000);
