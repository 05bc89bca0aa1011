/**
 * What the running world says of its regions, as far as a command needs it to reach one.
 *
 * The answer decides where writes go, so it is checked as if a stranger had given it: every address must be on this
 * machine, every service must have one, and the keys must be there. What is missing would be filled in by the AWS SDK
 * from the person's own files, and a local repair would then write to a real account.
 */
import * as z from 'zod';

export interface WorldRegion {
  readonly name: string;
  /** What its host process got; undefined where the world runs in memory. */
  readonly environment: WorldEnvironment | undefined;
}

export type WorldEnvironment = Readonly<Record<string, string>>;

export type ReadWorld =
  | { readonly kind: 'world'; readonly regions: readonly [WorldRegion, ...WorldRegion[]] }
  | { readonly kind: 'no-world' }
  | { readonly kind: 'invalid'; readonly reason: string };

export const readWorld = async (portBase: number): Promise<ReadWorld> => {
  const answer = await fetch(`http://127.0.0.1:${portBase}/world`, {
    redirect: 'error',
    signal: AbortSignal.timeout(answerMsMax),
  }).catch(() => undefined);
  if (!answer) return { kind: 'no-world' };
  const parsed = worldSchema.safeParse(await answer.json().catch(() => undefined));
  if (!answer.ok || !parsed.success) return { kind: 'invalid', reason: 'what answers there is no world of Rejoin' };
  const [first, ...rest] = parsed.data.regions;
  if (!first) return { kind: 'invalid', reason: 'the world has no regions' };
  return { kind: 'world', regions: [toRegion(first), ...rest.map(toRegion)] };
};

const answerMsMax = 5_000;

const worldSchema = z.object({
  regions: z.array(z.object({ name: z.string(), environment: z.record(z.string(), z.string()).optional() })),
});

const toRegion = ({ name, environment }: z.infer<typeof worldSchema>['regions'][number]): WorldRegion => ({
  name,
  environment,
});

/** What is wrong with it, or undefined. */
export const findUnsafe = (environment: WorldEnvironment): string | undefined => {
  for (const name of neededNames) if (!environment[name]) return `${name} is missing`;
  for (const [name, value] of Object.entries(environment))
    if (!addressesIn(name, value).every(isOnThisMachine)) return `${name} is not an address on this machine`;
  return undefined;
};

const neededNames = [
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_ENDPOINT_URL_DYNAMODB',
  'AWS_ENDPOINT_URL_DYNAMODB_STREAMS',
  'AWS_ENDPOINT_URL_SQS',
  'AWS_ENDPOINT_URL_EVENTBRIDGE',
  'DEAD_LETTER_QUEUE_URL',
];

/** A witness without its endpoint is one of AWS. */
const addressesIn = (name: string, value: string): readonly string[] => {
  if (name === 'WITNESS') return [value.split(/=(.*)/, 2)[1] ?? ''];
  return isAddressName(name) ? [value] : [];
};

/** A queue's URL counts: the SDK sends there, whatever the endpoint is. */
const isAddressName = (name: string): boolean =>
  name.startsWith('AWS_ENDPOINT_URL') || name === 'DEAD_LETTER_QUEUE_URL';

const isOnThisMachine = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' || url.username !== '' || url.password !== '') return false;
  return url.hostname === '127.0.0.1' || url.hostname === 'localhost';
};
