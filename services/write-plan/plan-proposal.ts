/**
 * What somebody asks of the planner, and the plan that it comes to where another one stands.
 */
import { type PlanChanged, planChangedV1 } from '../../domain/write-plan/plan-events.ts';
import type { WritePlan } from '../../domain/write-plan/write-plan.ts';

export interface PlanProposal {
  readonly primary: string;
  /** Those that take decisions while the link is well. Left out: those of the plan that stands, and the primary. */
  readonly regions?: readonly string[] | undefined;
  readonly reason: string;
  /** Nobody but the primary writes, says this person: it needs no lease. Means nothing without a witness. */
  readonly withoutWitness?: boolean | undefined;
  readonly actor: string;
  readonly idempotencyKey: string;
  readonly traceId?: string | undefined;
}

export interface PlanIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export type PlanDraft =
  | { readonly kind: 'drafted'; readonly change: Omit<PlanChanged, 'epoch'> }
  | { readonly kind: 'invalid-plan'; readonly issues: readonly PlanIssue[] };

export interface Circumstances {
  readonly standing: WritePlan | undefined;
  /** All of the deployment. */
  readonly regions: readonly string[];
  readonly hasWitness: boolean;
}

export const draftPlan = (proposal: PlanProposal, circumstances: Circumstances): PlanDraft => {
  const { primary, reason } = proposal;
  const change = {
    primary,
    regions: regionsOf(proposal, circumstances),
    reason,
    ...(goesWithoutWitness(proposal, circumstances) && { withoutWitness: true }),
  };
  const checked = planChangedV1.safeParse({ ...change, epoch: 1 });
  const issues = [...(checked.error?.issues ?? []), ...unknownRegions(change, circumstances)];
  return issues.length > 0 ? { kind: 'invalid-plan', issues } : { kind: 'drafted', change };
};

export const goesWithoutWitness = (
  { withoutWitness = false }: PlanProposal,
  { hasWitness }: Pick<Circumstances, 'hasWitness'>,
): boolean => withoutWitness && hasWitness;

/** A region that has left the deployment leaves the plan with the next one. */
const regionsOf = ({ primary, regions }: PlanProposal, { standing, ...deployment }: Circumstances): string[] => {
  if (regions) return [...regions];
  const standingHere = standing?.regions.filter((region) => deployment.regions.includes(region)) ?? [];
  return [...new Set([...standingHere, primary])].sort();
};

const unknownRegions = (
  { primary, regions }: Pick<PlanChanged, 'primary' | 'regions'>,
  { regions: known }: Circumstances,
): readonly PlanIssue[] => {
  const message = `must be one of ${known.join(', ')}`;
  if (!known.includes(primary)) return [{ path: ['primary'], message }];
  return regions.flatMap((region, i) => (known.includes(region) ? [] : [{ path: ['regions', i], message }]));
};
