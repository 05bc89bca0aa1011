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

/**
 * Plans of one epoch that say different things: they were written without knowing each other, and people should look. Two
 * that say the same are one plan, written twice. In order of epoch and id.
 */
export const findPlanConflicts = <Plan extends WritePlan>(known: readonly Plan[]): readonly (readonly Plan[])[] => {
  const distinct = new Map(known.map((plan) => [plan.entryId, plan])).values();
  const byEpoch = Map.groupBy([...distinct].sort(comparePlans), ({ epoch }) => epoch);
  return [...byEpoch.values()].filter(([first, ...others]) =>
    others.some((plan) => first && !saysTheSame(first, plan)),
  );
};

/** Whatever their epochs, and whoever wrote them. */
export const saysTheSame = (left: PlanContent, right: PlanContent): boolean => contentText(left) === contentText(right);

export type PlanContent = Pick<WritePlan, 'primary' | 'regions' | 'withoutWitness'>;

const contentText = ({ primary, regions, withoutWitness = false }: PlanContent): string =>
  JSON.stringify([primary, [...new Set(regions)].sort(), withoutWitness]);

/** A plan by which nobody, or nobody who may, decides is no plan. */
const isComplete = ({ primary, regions, epoch }: WritePlan): boolean =>
  primary !== '' && regions.includes(primary) && Number.isInteger(epoch) && epoch > 0;
