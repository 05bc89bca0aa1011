/**
 * Writes the plan of a lease that this region holds and no plan knows of: the region took it, or whoever gave it to the
 * region died before saying so.
 *
 * The epoch comes from the witness, so the plan is the only one of its epoch, whoever writes it and however often.
 */
import { planStream } from '../../domain/ledger/stream-name.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import { plansOf } from '../../domain/write-plan/plan-stream.ts';
import type { WritePlan } from '../../domain/write-plan/write-plan.ts';
import { type AppendPlanDeps, appendPlan } from './append-plan.ts';

export interface Takeover {
  /** Of the lease. */
  readonly epoch: number;
  /** The plan that the region goes by. */
  readonly over: WritePlan;
}

/** Throws LedgerFault. */
export const recordTakeover = async (deps: AppendPlanDeps, { epoch, over }: Takeover): Promise<void> => {
  const { entries } = await deps.eventStore.load(planStream);
  // Written already, perhaps by an operator who has more to say of it, and not enacted here yet.
  if (plansOf(entries).some((plan) => plan.epoch >= epoch)) return;
  const { region } = deps;
  const outcome = await appendPlan(
    deps,
    { primary: region, regions: [...new Set([...over.regions, region])], epoch, reason: takeoverReason },
    { actor: agentName, source: agentName, idempotencyKey: `takeover/${region}/${epoch}` },
  );
  const isWritten = outcome.kind === 'appended' || outcome.kind === 'replayed' || outcome.kind === 'key-reused';
  if (!isWritten) throw new LedgerFault('unavailable', `the plan of epoch ${epoch} was not written: ${outcome.kind}`);
};

export const takeoverReason = 'took over the lease of the witness';
const agentName = 'region-agent';
