/** The settings of the limit on every caller's requests. */
import * as z from 'zod';

/** Not coerced: an empty variable would be 0, and 0 is no limit. */
const numberUpTo = (max: number) =>
  z
    .string()
    .regex(/^\d{1,7}(\.\d{1,3})?$/, 'must be a number')
    .transform(Number)
    .pipe(z.number().max(max));

export const rateVariables = {
  /** Requests of one caller, each fact of a batch and each order of a group counted; 0 is no limit. */
  RATE_PER_SECOND: numberUpTo(1_000_000).default(100),
  /** How many may come at once. */
  RATE_BURST: numberUpTo(1_000_000).pipe(z.number().min(1)).default(200),
};

export interface RateSettings {
  readonly perSecond: number;
  readonly burst: number;
}

type RateVariables = z.infer<z.ZodObject<typeof rateVariables>>;

export const readRateSettings = ({ RATE_PER_SECOND, RATE_BURST }: RateVariables): RateSettings | undefined =>
  RATE_PER_SECOND === 0 ? undefined : { perSecond: RATE_PER_SECOND, burst: RATE_BURST };
