/**
 * The payload of `PlanChanged`. The names ARE the storage format, as in every `*-events.ts`.
 */
import * as z from 'zod';
import { writerPattern } from '../ledger/position.ts';

const region = z.string().regex(writerPattern, 'must be a region name');

/** A table has a replica in some regions, never in a hundred. */
const regionsMax = 16;

export const planChangedV1 = z
  .strictObject({
    primary: region,
    /** Those that take decisions while the link is well. */
    regions: z.array(region).min(1).max(regionsMax),
    /** 1, 2, 3 … */
    epoch: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
    /** Why, for the people who look back. No personal data. */
    reason: z.string().min(1).max(500),
    /** A person says that nobody else writes: the primary needs no lease of the witness. */
    withoutWitness: z.boolean().optional(),
  })
  .refine(({ primary, regions }) => regions.includes(primary), {
    path: ['regions'],
    message: 'must hold the primary',
  })
  .refine(({ regions }) => new Set(regions).size === regions.length, {
    path: ['regions'],
    message: 'must name each region once',
  });

export type PlanChanged = z.infer<typeof planChangedV1>;
