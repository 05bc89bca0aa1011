/**
 * The body of `POST /plan`. Whether the regions are the deployment's, and the primary one of them, the planner says.
 */
import * as z from 'zod';
import { planChangedV1 } from '../../domain/write-plan/plan-events.ts';
import type { PlanProposal } from '../write-plan/plan-proposal.ts';
import { refuseBody } from './command-body.ts';
import { type Read, read } from './request.ts';

export type PlanBody = Pick<PlanProposal, 'primary' | 'regions' | 'reason' | 'withoutWitness'>;

const { primary, regions, reason, withoutWitness } = planChangedV1.shape;

export const planBodySchema = z.strictObject({
  primary: primary.meta({ description: 'The region that takes decisions while regions do not see each other.' }),
  regions: regions.optional().meta({
    description:
      'Those that take decisions while they do, each once, the primary among them. Left out: as it is, and the primary.',
  }),
  reason: reason.meta({ description: 'Why, for the people who look back. Nothing personal.' }),
  withoutWitness: withoutWitness.meta({
    description:
      'Somebody has made sure that no other region writes: the primary needs no lease, and the witness is not asked.',
  }),
});

export const readPlanBody = (body: unknown): Read<PlanBody> => {
  const parsed = planBodySchema.safeParse(body);
  return parsed.success ? read(parsed.data) : refuseBody(parsed.error);
};
