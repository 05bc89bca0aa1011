/** The settings of the review: where its workflows are started, and how long it leaves cases and silent regions alone. */
import * as z from 'zod';
import { silenceMsDefault } from '../../domain/review/elect-region.ts';
import { type GraceMs, graceMsDefaults } from '../../domain/review/grace.ts';

export interface ReviewSettings {
  readonly stateMachineArn: string;
  /** What the lifecycle's own are overridden with. */
  readonly graceMs: Partial<GraceMs>;
  readonly takeoverMs: number;
}

const secondsMax = 365 * 24 * 60 * 60;
/** Not coerced: an empty one would be 0. */
const secondsPattern = /^\d{1,8}(\.\d{1,3})?$/;
const isSeconds = (text: string): boolean => secondsPattern.test(text) && Number(text) <= secondsMax;

const isReason = (name: string): name is keyof GraceMs => Object.hasOwn(graceMsDefaults, name);
const reasons = Object.keys(graceMsDefaults).filter(isReason);

/** A region beats once a second, and what is written down of it is a beat older. */
const takeoverSecondsMin = 5;

const graceRule = `must be a number of seconds, or reason=seconds, with commas between, of ${reasons.join(', ')}`;

export const reviewVariables = {
  /** Of the state machine that fetches a person. */
  REVIEW_STATE_MACHINE_ARN: z
    .string()
    .regex(
      /^arn:[a-z0-9-]+:states:[a-z0-9-]+:\d{12}:stateMachine:[A-Za-z0-9_-]{1,80}$/,
      'must be the ARN of a state machine',
    )
    .optional(),
  /** `60`, or `contested=60,illegal=345600`: how long a case is left alone, where that is not what its lifecycle says. */
  REVIEW_GRACE_SECONDS: z
    .string()
    .transform((text, context): Partial<GraceMs> => {
      const graceMs = parseGrace(text);
      if (graceMs) return graceMs;
      context.addIssue({ code: 'custom', message: graceRule });
      return z.NEVER;
    })
    .default({}),
  /** How long a region has to be silent before another does its work. */
  REVIEW_TAKEOVER_SECONDS: z
    .string()
    .refine(isSeconds, 'must be a number of seconds')
    .transform(Number)
    .pipe(z.number().min(takeoverSecondsMin))
    .default(silenceMsDefault / 1_000),
};

const parseGrace = (text: string): Partial<GraceMs> | undefined => {
  if (text.trim() === '') return {};
  if (isSeconds(text.trim())) return Object.fromEntries(reasons.map((reason) => [reason, Number(text) * 1_000]));
  const graceMs: Partial<Record<keyof GraceMs, number>> = {};
  for (const pair of text.split(',')) {
    const [name = '', seconds = ''] = pair.trim().split(/=(.*)/, 2);
    if (!isReason(name) || !isSeconds(seconds) || graceMs[name] !== undefined) return undefined;
    graceMs[name] = Number(seconds) * 1_000;
  }
  return graceMs;
};

type ReviewVariables = z.infer<z.ZodObject<typeof reviewVariables>>;

/** Undefined where there is no state machine: only the functions of the review need one. */
export const readReviewSettings = (env: ReviewVariables): ReviewSettings | undefined => {
  const { REVIEW_STATE_MACHINE_ARN: stateMachineArn, REVIEW_GRACE_SECONDS, REVIEW_TAKEOVER_SECONDS } = env;
  if (stateMachineArn === undefined) return undefined;
  return { stateMachineArn, graceMs: REVIEW_GRACE_SECONDS, takeoverMs: REVIEW_TAKEOVER_SECONDS * 1_000 };
};
