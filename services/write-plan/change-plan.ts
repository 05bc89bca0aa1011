/**
 * The planner: writes the next write plan, and enacts it in this region at once.
 *
 * A plan is written on the condition that no other has arrived since it was computed, so two that know of each other never
 * get one epoch. With a witness the epoch comes from the lease there, which names the new primary before the plan does: a
 * primary that nobody can reach stops in time all the same. Who dies between the two has changed the plan, too: the region
 * that the lease names says so itself, and a retry with the same key writes the plan that was meant.
 */
import { fold } from '../../domain/fold/fold.ts';
import { invariant } from '../../domain/kernel/invariant.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { planStream } from '../../domain/ledger/stream-name.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import type { LeaseHolding } from '../../domain/write-plan/lease.ts';
import type { PlanChanged } from '../../domain/write-plan/plan-events.ts';
import { nextEpoch, planLifecycle, plansOf, type WrittenPlan } from '../../domain/write-plan/plan-stream.ts';
import { newestPlan } from '../../domain/write-plan/write-plan.ts';
import type { Busy, RefusedLeg } from '../ledger/append-commands.ts';
import { type AppendPlanDeps, appendPlan } from './append-plan.ts';
import { type EnactDeps, enactPlans } from './enact-plans.ts';
import { findWritten, type KeyReused } from './find-written.ts';
import type { LeaseRow } from './lease-row.ts';
import { draftPlan, type PlanIssue, type PlanProposal } from './plan-proposal.ts';

export interface ChangePlanDeps extends AppendPlanDeps, EnactDeps {
  /** All of the deployment: a plan names no others. */
  readonly regions: readonly string[];
  /** Undefined in a deployment without a witness. */
  readonly leaseRow: LeaseRow | undefined;
}

export type ChangePlanOutcome =
  | ChangedPlan
  | { readonly kind: 'invalid-plan'; readonly issues: readonly PlanIssue[] }
  /** The plan is as it was. The lease may name the new primary all the same, where only the answer was lost. */
  | { readonly kind: 'witness-unreachable' }
  | KeyReused
  | RefusedLeg
  | Busy;

export interface ChangedPlan {
  /** `replayed`: the same had been asked with the same key, and this is what came of it, whatever came since. */
  readonly kind: 'changed' | 'replayed';
  readonly plan: WrittenPlan;
  /** It is the plan that this region goes by now. */
  readonly isEnacted: boolean;
}

/** The holder raises the lease's counter every second, and operators are few. */
export const changeTriesMax = 8;
const pauseMsMax = 250;

/** Throws LedgerFault. */
export const changePlan = async (deps: ChangePlanDeps, proposal: PlanProposal): Promise<ChangePlanOutcome> => {
  let leaseEpoch: number | undefined;
  for (let tries = 1; tries <= changeTriesMax; tries++) {
    const outcome = await tryChange(deps, proposal, leaseEpoch);
    if (outcome.kind !== 'outrun') return outcome;
    leaseEpoch = outcome.leaseEpoch;
    await deps.sleep(deps.random() * pauseMsMax);
  }
  return { kind: 'busy', tries: changeTriesMax };
};

/** Somebody else was faster. `leaseEpoch` is what this change holds of the witness, for its next try. */
interface Outrun {
  readonly kind: 'outrun';
  readonly leaseEpoch: number | undefined;
}

const tryChange = async (
  deps: ChangePlanDeps,
  proposal: PlanProposal,
  leaseEpoch: number | undefined,
): Promise<ChangePlanOutcome | Outrun> => {
  const { entries } = await deps.eventStore.load(planStream);
  const { cut } = fold(entries, planLifecycle);
  const hasWitness = deps.leaseRow !== undefined;
  const written = findWritten(entries, proposal, { cut, hasWitness });
  if (written?.kind === 'key-reused') return written;
  if (written) return settle(deps, { kind: 'replayed', plan: written.plan }, entries);
  const { state } = await deps.document.read();
  const known = [...plansOf(entries), state?.plan ?? deps.configured];
  const draft = draftPlan(proposal, { standing: newestPlan(known), regions: deps.regions, hasWitness });
  if (draft.kind === 'invalid-plan') return draft;
  const epochMin = Math.max(nextEpoch(known), leaseEpochOf(state?.lease) + 1);
  const fence = await takeEpoch(deps, draft.change, epochMin, leaseEpoch);
  if (fence.kind !== 'epoch') return fence;
  const { epoch } = fence;
  const { actor, idempotencyKey, traceId } = proposal;
  const author = { source: 'operator', actor, idempotencyKey, traceId, expected: [cut] } as const;
  const outcome = await appendPlan(deps, { ...draft.change, epoch }, author);
  switch (outcome.kind) {
    case 'appended':
    case 'replayed': {
      const [plan] = plansOf([outcome.entry]);
      invariant(plan, 'what was written just now can be read');
      return settle(deps, { kind: outcome.kind === 'appended' ? 'changed' : 'replayed', plan }, outcome.entries);
    }
    // Of another plan, or of this one by a request at the same time: what stands says which.
    case 'not-current':
    case 'key-reused':
      return { kind: 'outrun', leaseEpoch: epoch };
    default:
      return outcome;
  }
};

type Fence = { readonly kind: 'epoch'; readonly epoch: number } | { readonly kind: 'witness-unreachable' } | Outrun;

/** With a witness, an epoch that the lease has for the new primary; it was put there by this change and nobody else. */
const takeEpoch = async (
  { leaseRow }: ChangePlanDeps,
  { primary, withoutWitness }: Omit<PlanChanged, 'epoch'>,
  epochMin: number,
  leaseEpoch: number | undefined,
): Promise<Fence> => {
  if (!leaseRow || withoutWitness) return { kind: 'epoch', epoch: epochMin };
  if (leaseEpoch !== undefined && leaseEpoch >= epochMin) return { kind: 'epoch', epoch: leaseEpoch };
  try {
    const { lease, revision } = await leaseRow.read();
    const epoch = Math.max(epochMin, (lease?.epoch ?? 0) + 1);
    const next = { holder: primary, epoch, counter: (lease?.counter ?? 0) + 1 };
    return (await leaseRow.replace(next, revision)) ? { kind: 'epoch', epoch } : { kind: 'outrun', leaseEpoch };
  } catch (error) {
    if (error instanceof LedgerFault) return { kind: 'witness-unreachable' };
    throw error;
  }
};

/** As far as this region knows; without asking the witness. */
const leaseEpochOf = (lease: LeaseHolding | undefined): number =>
  (lease?.kind === 'none' ? lease.watch?.epoch : lease?.epoch) ?? 0;

/** The plan is written: where it cannot be enacted now, the agent does it within seconds. */
const settle = async (
  deps: EnactDeps,
  changed: Omit<ChangedPlan, 'isEnacted'>,
  entries: readonly Entry[],
): Promise<ChangedPlan> => {
  const isEnacted = await enactPlans(deps, plansOf(entries)).then(
    ({ entryId }) => entryId === changed.plan.entryId,
    (error: unknown) => {
      if (error instanceof LedgerFault) return false;
      throw error;
    },
  );
  return { ...changed, isEnacted };
};
