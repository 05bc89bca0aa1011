/**
 * What a region takes now, as it sees itself: decisions and facts, or facts alone. The same rules as the API's own
 * (`domain/write-plan/admission.ts`), for an order that has no home elsewhere. Pure.
 */
import type { PlanAnswer } from '../../../write-plan/plan-answers.ts';

export type Duty =
  | { readonly kind: 'decides' }
  /** The links are sick, and it is the primary. */
  | { readonly kind: 'decides-alone' }
  | { readonly kind: 'facts-only'; readonly reason: 'isolated' | 'not-in-plan' | 'no-lease' };

export const dutyOf = ({ region, isolated, plan, lease }: PlanAnswer, nowMs: number): Duty => {
  if (!isolated) return plan.regions.includes(region) ? { kind: 'decides' } : factsOnly('not-in-plan');
  if (plan.primary !== region) return factsOnly('isolated');
  if (!lease || plan.withoutWitness) return { kind: 'decides-alone' };
  const isHeld = lease.state === 'held' && lease.until !== undefined && nowMs < Date.parse(lease.until);
  return isHeld ? { kind: 'decides-alone' } : factsOnly('no-lease');
};

const factsOnly = (reason: Extract<Duty, { readonly kind: 'facts-only' }>['reason']): Duty => ({
  kind: 'facts-only',
  reason,
});
