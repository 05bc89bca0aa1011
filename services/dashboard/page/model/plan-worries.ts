/** What somebody has to look at before anything else: regions that do not answer, and plans that do not agree. Pure. */
import { type RegionReading, standingNow } from './region-reading.ts';

export type Worry =
  | { readonly kind: 'not-answering'; readonly region: string }
  | { readonly kind: 'agent-silent'; readonly region: string }
  /** The plan that stands was written twice, differently. */
  | { readonly kind: 'plan-conflict'; readonly epoch: number; readonly entryIds: readonly string[] }
  | { readonly kind: 'plans-differ'; readonly plans: readonly PlanOfRegion[]; readonly isPrimaryDisputed: boolean };

export interface PlanOfRegion {
  readonly region: string;
  readonly epoch: number;
  readonly primary: string;
}

export const findWorries = (readings: readonly RegionReading[]): readonly Worry[] => [
  ...readings
    .filter(({ reach }) => reach === 'not-answering')
    .map(({ region }) => ({ kind: 'not-answering', region }) as const),
  ...readings
    .filter((reading) => standingNow(reading)?.plan.fresh === false)
    .map(({ region }) => ({ kind: 'agent-silent', region }) as const),
  ...findConflicts(readings),
  ...findDifference(readings),
];

const findConflicts = (readings: readonly RegionReading[]): readonly Worry[] => {
  const standing = readings.flatMap((reading) => {
    const plan = standingNow(reading)?.plan;
    return plan?.conflicts.filter(({ epoch }) => epoch === plan.plan.epoch) ?? [];
  });
  const byEpoch = Map.groupBy(standing, ({ epoch }) => epoch);
  return [...byEpoch].map(([epoch, conflicts]) => ({
    kind: 'plan-conflict',
    epoch,
    entryIds: [...new Set(conflicts.flatMap(({ entryIds }) => entryIds))],
  }));
};

const findDifference = (readings: readonly RegionReading[]): readonly Worry[] => {
  const plans = readings.flatMap((reading) => {
    const plan = standingNow(reading)?.plan.plan;
    return plan ? [{ region: reading.region, epoch: plan.epoch, primary: plan.primary }] : [];
  });
  const isPrimaryDisputed = new Set(plans.map(({ primary }) => primary)).size > 1;
  const isSame = !isPrimaryDisputed && new Set(plans.map(({ epoch }) => epoch)).size <= 1;
  return isSame ? [] : [{ kind: 'plans-differ', plans, isPrimaryDisputed }];
};
