/**
 * What a region does when it hears of write plans: enact the newest, or keep what it has.
 *
 * Enactors run late, twice, and side by side, with an old plan in hand (in October 2025 such a one took DynamoDB's DNS
 * down). So a plan is only ever put over the one that was read, and only where it is newer; and it is put whole, so that
 * nothing which clears old plans away can take the enacted one with it.
 */
import { comparePlans, isNewerPlan, newestPlan, type WritePlan } from './write-plan.ts';

export type Enactment =
  | { readonly kind: 'keep' }
  /** To be put over `over` (undefined: over nothing) by compare-and-set, and to be judged anew where that fails. */
  | {
      readonly kind: 'enact';
      readonly plan: WritePlan;
      readonly over: WritePlan | undefined;
    };

/** `known` are the readable plans that have arrived here, in any order. */
export const enactNewest = (enacted: WritePlan | undefined, known: readonly WritePlan[]): Enactment => {
  const newest = newestPlan(known.filter(isComplete));
  if (!newest || (enacted && !isNewerPlan(newest, enacted))) return { kind: 'keep' };
  return { kind: 'enact', plan: newest, over: enacted };
};

/** Plans of one epoch that were written without knowing each other; people should look. In order of epoch and id. */
export const findPlanConflicts = (known: readonly WritePlan[]): readonly (readonly WritePlan[])[] => {
  const distinct = new Map(known.map((plan) => [plan.entryId, plan])).values();
  const byEpoch = Map.groupBy([...distinct].sort(comparePlans), ({ epoch }) => epoch);
  return [...byEpoch.values()].filter((ofEpoch) => ofEpoch.length > 1);
};

/** A plan by which nobody, or nobody who may, decides is no plan. */
const isComplete = ({ primary, regions, epoch }: WritePlan): boolean =>
  primary !== '' && regions.includes(primary) && Number.isInteger(epoch) && epoch > 0;
