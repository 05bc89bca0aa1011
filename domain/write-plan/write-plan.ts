/**
 * The write plan: which region is primary and which take writes, numbered by its epoch.
 *
 * Plans are entries of a stream; a region enacts the newest that it knows and nothing older, whoever hands it one and
 * however late. What is enacted is compared by (epoch, entry id), so two people who wrote plans of one epoch in two
 * regions end with the same one everywhere, and hear of it.
 */
export interface WritePlan {
  readonly primary: string;
  /** Those that take decisions while the link is well; the primary is among them. */
  readonly regions: readonly string[];
  /** 1, 2, 3 … 0 stands for the configured plan, before anybody wrote one. */
  readonly epoch: number;
  /** Of the entry that carries it; empty for the configured plan. */
  readonly entryId: string;
  /** A person says that nobody else writes: the primary needs no lease. */
  readonly withoutWitness?: boolean | undefined;
}

export const configuredEpoch = 0;

/** The plan of a deployment in which nobody has written one. */
export const configuredPlan = (primary: string, regions: readonly string[]): WritePlan => ({
  primary,
  regions: [...new Set([primary, ...regions])].sort(),
  epoch: configuredEpoch,
  entryId: '',
});

/** Above 0 where `left` is the newer. */
export const comparePlans = (left: WritePlan, right: WritePlan): number => {
  if (left.epoch !== right.epoch) return left.epoch - right.epoch;
  if (left.entryId === right.entryId) return 0;
  return left.entryId < right.entryId ? -1 : 1;
};

export const isNewerPlan = (plan: WritePlan, enacted: WritePlan): boolean => comparePlans(plan, enacted) > 0;

export const newestPlan = (plans: readonly WritePlan[]): WritePlan | undefined =>
  plans.reduce<WritePlan | undefined>(
    (newest, plan) => (newest && !isNewerPlan(plan, newest) ? newest : plan),
    undefined,
  );
