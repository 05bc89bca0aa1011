/**
 * The write plan of a deployment as its settings describe it, for those who look at it and change it: the API and the
 * command line. It works on the region's tables, so it is there also where no API is.
 */
import { planStream } from '../../domain/ledger/stream-name.ts';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import { plansOf } from '../../domain/write-plan/plan-stream.ts';
import type { WritePlanSettings } from '../../domain/write-plan/write-plan-settings.ts';
import type { AppendPlanDeps } from './append-plan.ts';
import { type ChangePlanOutcome, changePlan } from './change-plan.ts';
import { createEnactedPlans } from './enacted-plans.ts';
import { createLeaseRow } from './lease-row.ts';
import { planOfSettings } from './open-write-gate.ts';
import {
  type KnownRegion,
  type PlanAnswer,
  planAnswer,
  type ReplicationAnswer,
  replicationAnswer,
} from './plan-answers.ts';
import type { PlanProposal } from './plan-proposal.ts';
import { createRegionDocument } from './region-document.ts';

/** All throw LedgerFault. */
export interface WritePlanService {
  readonly readPlan: () => Promise<PlanAnswer>;
  readonly readReplication: () => Promise<ReplicationAnswer>;
  readonly change: (proposal: PlanProposal) => Promise<ChangePlanOutcome>;
}

export interface WritePlanOptions extends Omit<AppendPlanDeps, 'consistency'> {
  readonly settings: WritePlanSettings;
  readonly peers: readonly string[];
  readonly controlStore: Pick<ControlStore, 'get' | 'put' | 'list'>;
  /** Of the witness region; undefined in a deployment without one. */
  readonly witness: Pick<ControlStore, 'get' | 'put'> | undefined;
  readonly onFault: (fault: unknown) => void;
}

export const openWritePlan = (options: WritePlanOptions): WritePlanService => {
  const { settings, region, peers, controlStore, witness, eventStore, clock } = options;
  const configured = planOfSettings(settings, options);
  const document = createRegionDocument(controlStore);
  const enactedPlans = createEnactedPlans(options);
  const changeDeps = {
    ...options,
    // A strongly consistent table has no plans.
    consistency: 'eventual' as const,
    regions: [region, ...peers],
    configured,
    document,
    enactedPlans,
    leaseRow: witness && createLeaseRow(witness),
  };

  const readKnown = async (): Promise<KnownRegion> => {
    const { state } = await document.read();
    return { region, peers, configured, state, nowMs: clock.nowMs() };
  };

  return {
    readPlan: async () => {
      const [known, { entries }, enacted] = await Promise.all([
        readKnown(),
        eventStore.load(planStream),
        enactedPlans.list(),
      ]);
      return planAnswer(known, { written: plansOf(entries), enacted });
    },
    readReplication: async () => replicationAnswer(await readKnown()),
    change: (proposal) => changePlan(changeDeps, proposal),
  };
};
