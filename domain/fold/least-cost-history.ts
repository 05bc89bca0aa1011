/**
 * Chooses the history of a chapter: the order in which its entries are applied.
 *
 * Every order that keeps the lanes and puts a decision after what it saw is a candidate. An entry that is illegal at its
 * place is rejected and costs its weight, so the cheapest history rejects what weighs least: a cancellation gives way
 * to a parcel that left. Among equals the one that moves the fewest facts ahead of something they saw; among equals the
 * smallest id at each step. If equals end in different statuses the lifecycle does not decide, and a person must.
 *
 * Id order is tried first, in linear time; it is the answer for nearly every order. Else dynamic programming over (how
 * far each lane is, status): forward to find what can be reached, backward for the least cost to go, then one walk that
 * takes the smallest id that keeps the optimum. Where that is too large, facts lose freedom step by step, and the
 * result says `isApproximated`; it still depends on the set of entries alone.
 */
import { historyLanesMax, historyStatesMax, windowLanesMax } from '../kernel/limits.ts';
import type { Lifecycle } from '../lifecycle/define-lifecycle.ts';
import { compareEntries } from './closed-cut.ts';
import { hasConcurrentPair } from './concurrency.ts';
import { searchHistories } from './history-search.ts';
import {
  countLanes,
  type FactFreedom,
  type LaneItem,
  type Lanes,
  layLanes,
  reaches,
  type Slot,
  smallestNext,
} from './lanes.ts';
import { isInIdOrder, type Participant } from './participants.ts';

export interface ChapterHistory {
  readonly order: readonly Participant[];
  readonly isAmbiguous: boolean;
  readonly isApproximated: boolean;
}

/** `slots`: the chapter's participants and the duplicates of them, in order of admission; `start`: index of a status. */
export const leastCostHistory = (slots: readonly Slot[], start: number, lifecycle: Lifecycle): ChapterHistory => {
  const participants = slots.filter(({ at, stands }) => at.order === stands.order).map(({ stands }) => stands);
  const statusCount = lifecycle.statuses.length;
  if (isInIdOrder(participants) && rejectsNothing(participants, start)) {
    const isCertain = lifecycle.isMonotone || !hasConcurrentPair(participants);
    return { order: participants, ...(isCertain ? certain : compareFreeEnds(slots, start, statusCount)) };
  }
  const laneCount = countLanes(slots);
  for (const freedom of freedoms) {
    if (laneCount > lanesMax[freedom]) continue;
    const lanes = layLanes(slots, freedom);
    const idOrder = participants.toSorted((left, right) => compareEntries(left.entry, right.entry));
    if (lifecycle.isMonotone && rejectsNothing(idOrder, start) && keepsOrder(idOrder, lanes))
      return { order: idOrder, ...certain };
    const found = searchHistories(lanes, { start, statusCount, statesMax: historyStatesMax });
    if (found) return { order: found.order, isAmbiguous: found.endsMax > 1, isApproximated: freedom !== 'free' };
  }
  return { order: smallestIdFirst(layLanes(slots, 'none')), isAmbiguous: false, isApproximated: true };
};

const certain = { isAmbiguous: false, isApproximated: false };

const freedoms: readonly FactFreedom[] = ['free', 'window', 'none'];
const lanesMax: Readonly<Record<FactFreedom, number>> = {
  free: historyLanesMax,
  window: windowLanesMax,
  none: Number.POSITIVE_INFINITY,
};

const rejectsNothing = (order: readonly Participant[], start: number): boolean => {
  let status = start;
  for (const { next } of order) {
    status = next[status] as number;
    if (status < 0) return false;
  }
  return true;
};

/** Whether other histories that reject nothing and move no fact end in another status than id order does. */
const compareFreeEnds = (slots: readonly Slot[], start: number, statusCount: number) => {
  if (countLanes(slots) > historyLanesMax) return { isAmbiguous: false, isApproximated: true };
  const options = { start, statusCount, statesMax: historyStatesMax, isFreeOnly: true };
  const found = searchHistories(layLanes(slots, 'free'), options);
  return { isAmbiguous: found !== undefined && found.endsMax > 1, isApproximated: found === undefined };
};

const keepsOrder = (order: readonly Participant[], { lanes, items }: Lanes): boolean => {
  const itemOf = new Map(items.map((item) => [item.participant, item]));
  const done = new Int32Array(lanes.length);
  for (const participant of order) {
    const item = itemOf.get(participant) as LaneItem;
    if (done[item.lane] !== item.index || !reaches(done, item.need) || !reaches(done, item.sight)) return false;
    done[item.lane] = item.index + 1;
  }
  return true;
};

const smallestIdFirst = ({ lanes, items }: Lanes): readonly Participant[] => {
  const done = new Int32Array(lanes.length);
  return items.map(() => {
    const item = smallestNext(lanes, done, () => true) as LaneItem;
    done[item.lane] = item.index + 1;
    return item.participant;
  });
};
