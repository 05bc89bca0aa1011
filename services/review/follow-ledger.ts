/**
 * Brings the life of a case to where the ledger has it: remembers a case that is open, closes one that is not.
 *
 * Everybody begins with this, whatever called. The person, if one was asked, hears of the end by the workflow.
 */
import { type CaseLife, hasWorkflow, stepCaseLife } from '../../domain/review/case-life.ts';
import type { CaseRef } from './case-lives.ts';
import { bornOf, changeLife, type LifeDeps, type LifeStep } from './change-life.ts';
import { type CaseFinding, type LookDeps, lookAtCase } from './look-at-case.ts';

export interface Followed {
  readonly finding: CaseFinding;
  /** Undefined where this region holds no such case, or where another order has a case of that id. */
  readonly life: CaseLife | undefined;
}

/** Throws LedgerFault. */
export const followLedger = async (deps: LifeDeps & LookDeps, ref: CaseRef): Promise<Followed> => {
  const { life, seen } = await changeLife(deps, ref, async (stored) => {
    const finding = await lookAtCase(deps, ref);
    return { step: stepAfter(finding, stored, deps.clock.nowMs()), seen: finding };
  });
  return { finding: seen, life };
};

const stepAfter = (finding: CaseFinding, stored: CaseLife | undefined, nowMs: number): LifeStep | undefined => {
  switch (finding.kind) {
    case 'unknown':
      return undefined;
    case 'open': {
      if (!stored) return { life: bornOf(finding.entry, nowMs) };
      const life = stepCaseLife(stored, { kind: 'found-open' }, nowMs);
      return life && { life };
    }
    case 'settled':
    case 'withdrawn':
      return closingStep(finding, stored ?? bornOf(finding.entry, nowMs), nowMs);
  }
};

type OverFinding = Extract<CaseFinding, { readonly kind: 'settled' | 'withdrawn' }>;

const closingStep = (finding: OverFinding, before: CaseLife, nowMs: number): LifeStep | undefined => {
  const life = stepCaseLife(
    before,
    finding.kind === 'settled' ? { kind: 'found-settled', settledBy: finding.settledBy } : { kind: 'found-withdrawn' },
    nowMs,
  );
  if (!life) return undefined;
  const isTold = hasWorkflow(before);
  return {
    life,
    ends: before.task?.token,
    ...(isTold && { alert: { type: 'ReviewEnded', outcome: finding.kind } }),
  };
};
