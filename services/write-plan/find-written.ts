/**
 * Whether a change of plan was written before, by its idempotency key.
 *
 * The plan's own event says more than was asked for: its epoch, and regions that were left out of the request. So a retry
 * is known by what it asks, and not by the hash of what was written, which would be another one today.
 */
import type { Cut } from '../../domain/ledger/cut.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { saysTheSame } from '../../domain/write-plan/enact-plan.ts';
import { plansOf, type WrittenPlan } from '../../domain/write-plan/plan-stream.ts';
import { goesWithoutWitness, type PlanProposal } from './plan-proposal.ts';

/** The key belongs to another command. */
export interface KeyReused {
  readonly kind: 'key-reused';
  readonly entryId: string;
  /** The cut that was judged. */
  readonly seen: Cut;
}

export type Written = { readonly kind: 'written'; readonly plan: WrittenPlan } | KeyReused;

export const findWritten = (
  entries: readonly Entry[],
  proposal: PlanProposal,
  { cut, hasWitness }: { readonly cut: Cut; readonly hasWitness: boolean },
): Written | undefined => {
  const sameKey = entries
    .filter(({ idempotencyKey }) => idempotencyKey === proposal.idempotencyKey)
    .sort((left, right) => (left.id < right.id ? -1 : 1));
  const plan = plansOf(sameKey).find((it) => isWhatIsAsked(it, proposal, hasWitness));
  if (plan) return { kind: 'written', plan };
  return sameKey[0] && { kind: 'key-reused', entryId: sameKey[0].id, seen: cut };
};

const isWhatIsAsked = (plan: WrittenPlan, proposal: PlanProposal, hasWitness: boolean): boolean => {
  const { primary, regions = plan.regions, reason } = proposal;
  const withoutWitness = goesWithoutWitness(proposal, { hasWitness });
  return plan.reason === reason && saysTheSame(plan, { primary, regions, withoutWitness });
};
