/**
 * Rare situations that a long run must have met: a simulator that never meets them proves nothing about them.
 */
import type { Consistency } from '../../domain/ledger/position.ts';

const onEveryTable = [
  'partition during a race for a position',
  'race for a position lost',
  'append gave up',
  'key reused with another payload',
  'answer lost after success',
  'acknowledgement lost on the way to the client',
  'command refused by the lifecycle',
  'outcome replayed',
  'outcome replayed after a day',
  'part not closed',
  'request throttled',
  'crash after the effect',
  'long pause between two steps',
  'stale projector woke up',
  'replace lost to another projector',
  'replace answered by nobody and tried again',
  'old version met a newer row',
  'alerts accepted in part',
  'alert repeated after a crash',
  'case withdrawn',
  'row names a case as unsaid',
  'order set aside until it is repaired',
  'switch of generations',
  'switch during a partition',
  'row behind at a switch, its doorbell ringing',
  'rebuild resumed by a later run',
  'rebuild met a row of live traffic',
  'late row of a generation that is gone',
  'record delivered twice',
  'batch gone to the dead-letter queue',
  'trimmed stream replayed',
  'entry pending',
  'late fact healed',
  'contested entry',
  'case settled',
  'void entry',
  'forged id skipped',
  'damaged item',
  'damaged item repaired',
  'id ahead of the clock',
  'history not in id order',
] as const;

/** They need entries that did not see each other, or replicas that go their own ways. */
const onEventualTable = [
  'duplicate across regions',
  'disputed field',
  'chapter with concurrent resolutions',
  'case decided in two regions',
  'table restored to an earlier point',
  'three regions concurrent',
] as const;

const onStrongTable = [
  'puts of one item in two regions',
  'put without an answer',
  'put done by a region that was being cut off',
  'isolated region refuses a put',
  'isolated region refuses a read',
  'isolated region serves an eventual read',
  'strong read ahead of the local replica',
] as const;

/** They need people who are asked by workflows: some of the runs have them. */
const inReviews = [
  'number drawn by one that died, started by another',
  'case taken over from a silent region',
  'case handed back to its region',
  'case reopened',
  'case withdrawn in its grace period',
  'case withdrawn while with a person',
  'case decided twice',
  'decision brought by a workflow',
  'decision refused by the ledger',
  'nobody decided in time',
  'heartbeat lost',
  'workflow gave up',
  'workflow replaced by another',
  'case that a sweep could not look at',
  'message lost',
  'sweeper that knows of no tenant',
  'message gone to the dead-letter queue',
] as const;

export const situationsOf = (consistency: Consistency): readonly Situation[] => [
  ...onEveryTable,
  ...(consistency === 'strong' ? onStrongTable : onEventualTable),
  ...inReviews,
];

export type Situation = (
  | typeof onEveryTable
  | typeof onEventualTable
  | typeof onStrongTable
  | typeof inReviews
)[number];
export type SituationCounts = Readonly<Partial<Record<Situation, number>>>;

export const createSituationCounter = () => {
  const counts: Partial<Record<Situation, number>> = {};
  return {
    reached: (situation: Situation): void => {
      counts[situation] = (counts[situation] ?? 0) + 1;
    },
    counts: (): SituationCounts => counts,
  };
};

export const addCounts = <Name extends string>(
  left: Readonly<Partial<Record<Name, number>>>,
  right: Readonly<Partial<Record<Name, number>>>,
): Partial<Record<Name, number>> => {
  const sum: Partial<Record<Name, number>> = { ...left };
  for (const name in right) sum[name] = (sum[name] ?? 0) + (right[name] ?? 0);
  return sum;
};
