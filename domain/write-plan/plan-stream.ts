/**
 * Write plans in the ledger: a stream like any other, so a change of plan has a position, a hash and an actor, is found
 * again by its idempotency key, and replicates like an order.
 *
 * Its lifecycle forbids nothing: whether a plan is newer is a matter of epochs, which enactors compare, and not of what
 * had arrived where it was written. So no plan is ever rejected, and none waits for a person; two of one epoch are found
 * by `findPlanConflicts`.
 */
import type { CommandEvent } from '../decide/command.ts';
import type { Entry } from '../ledger/entry.ts';
import { defineLifecycle } from '../lifecycle/define-lifecycle.ts';
import { readEvent } from '../lifecycle/upcast.ts';
import { type PlanChanged, planChangedV1 } from './plan-events.ts';
import { configuredEpoch, newestPlan, type WritePlan } from './write-plan.ts';

export const planLifecycle = defineLifecycle({
  name: 'write-plan',
  statuses: ['planned'],
  fields: {},
  money: [],
  resolutionWeight: 16,
  events: {
    PlanChanged: {
      kind: 'decision',
      transitions: [
        { from: ['none'], to: 'planned' },
        { from: ['planned'], to: 'same' },
      ],
      weight: 1,
      versions: [{ schema: planChangedV1 }],
      // A partition is when plans have to change.
      whenIsolated: 'anywhere',
    },
  },
});

/** A plan as it was written: by whom, why, and where. */
export interface WrittenPlan extends WritePlan {
  readonly reason: string;
  readonly actor: string | undefined;
  readonly region: string;
  /** By the clock of the region that took it, in ms. */
  readonly recordedAt: number | undefined;
}

/** The readable plans among the entries of the plan stream, in any order. An entry holds one; of several the last counts. */
export const plansOf = (entries: readonly Entry[]): readonly WrittenPlan[] =>
  entries.flatMap((entry) => {
    const changed = entry.events.flatMap((event) => {
      const read = readEvent(planLifecycle, event);
      return read.kind === 'event' && event.type === planChangedType ? [read.data as PlanChanged] : [];
    });
    const last = changed.at(-1);
    const { id: entryId, actor, region, recordedAt } = entry;
    return last ? [{ ...last, entryId, actor, region, recordedAt }] : [];
  });

export const planChange = (change: PlanChanged): CommandEvent => ({
  type: planChangedType,
  data: { ...change },
});

/** After all that are known. */
export const nextEpoch = (known: readonly WritePlan[]): number => (newestPlan(known)?.epoch ?? configuredEpoch) + 1;

const planChangedType = 'PlanChanged';
