/** Says aloud what somebody has to look at before anything else. */
import { findWorries, type PlanOfRegion, type Worry } from '../model/plan-worries.ts';
import type { WatchedRegion } from './use-regions.ts';

export const Worries = ({ watched }: { readonly watched: readonly WatchedRegion[] }) => (
  <>
    {findWorries(watched).map((worry) => (
      <p key={keyOf(worry)} class="note bad" role="alert">
        {worryText(worry, watched)}
      </p>
    ))}
  </>
);

const keyOf = (worry: Worry): string => {
  if ('region' in worry) return `${worry.kind} ${worry.region}`;
  return worry.kind === 'plan-conflict' ? `${worry.kind} ${worry.epoch}` : worry.kind;
};

const worryText = (worry: Worry, watched: readonly WatchedRegion[]): string => {
  switch (worry.kind) {
    case 'not-answering':
      return `${worry.region} does not answer: ${reasonOf(watched, worry.region)}.`;
    case 'agent-silent':
      return `The region agent of ${worry.region} is silent: the region behaves as if it were cut off.`;
    case 'plan-conflict':
      return `Plan conflict: epoch ${worry.epoch} was written ${worry.entryIds.length} times, differently (${worry.entryIds.join(', ')}). All regions go by the same one. Agree, and make a plan of the next epoch.`;
    case 'plans-differ':
      return worry.isPrimaryDisputed
        ? `The regions name different primaries: ${plansText(worry.plans)}.`
        : `The regions go by different plans: ${plansText(worry.plans)}.`;
  }
};

const reasonOf = (watched: readonly WatchedRegion[], region: string): string => {
  const problem = watched.find((it) => it.region === region)?.standingResource.problem;
  return problem ? (problem.detail ?? problem.title) : 'no answer';
};

const plansText = (plans: readonly PlanOfRegion[]): string =>
  plans.map(({ region, epoch, primary }) => `${region} has epoch ${epoch}, primary ${primary}`).join('; ');
