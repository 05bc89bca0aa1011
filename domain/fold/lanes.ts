/**
 * The order that a history has to keep, as numbers.
 *
 * A lane keeps its order whatever happens: a writer's decisions, or a writer's facts of one source. Across lanes only a
 * decision is bound, to all that it saw; unless it begins the order, then it waits for nothing. So how far a history has come is one number a lane, and what an entry needs
 * before it is one number a lane too. A fact is bound more tightly only where the free search would be too large.
 */
import { factWindowEntries } from '../kernel/limits.ts';
import { type Admitted, compareEntries, raise } from './closed-cut.ts';
import type { Participant } from './participants.ts';

/** How far behind what it saw a fact may be placed: anywhere, within a window of the newest entries, or nowhere. */
export type FactFreedom = 'free' | 'window' | 'none';

export interface LaneItem {
  readonly participant: Participant;
  readonly lane: number;
  /** Its place in its lane, from 0. */
  readonly index: number;
  /** Per lane, how many of its entries must come before this one. */
  readonly need: Int32Array;
  /** Per lane, how many of its entries this one saw. */
  readonly sight: Int32Array;
}

export interface Lanes {
  readonly lanes: readonly (readonly LaneItem[])[];
  /** In order of admission. */
  readonly items: readonly LaneItem[];
}

/** `slots`: the chapter's participants, and the duplicates of them, in order of admission. */
export interface Slot {
  readonly at: Admitted;
  readonly stands: Participant;
}

export const countLanes = (slots: readonly Slot[]): number =>
  new Set(slots.map(({ stands }) => laneName(stands, 'free'))).size;

export const layLanes = (slots: readonly Slot[], freedom: FactFreedom): Lanes => {
  const laneIndexes = new Map<string, number>();
  for (const { stands } of slots) {
    const name = laneName(stands, freedom);
    if (!laneIndexes.has(name)) laneIndexes.set(name, laneIndexes.size);
  }
  const lanes: LaneItem[][] = Array.from(laneIndexes, () => []);
  const itemsByOrder = new Map<number, LaneItem>();
  const reach = createReach(
    laneIndexes.size,
    slots.some(({ at, stands }) => at.order !== stands.order),
  );
  for (const { at, stands } of slots) {
    if (at.order !== stands.order) {
      const repeated = itemsByOrder.get(stands.order);
      if (repeated) reach.add(at, repeated);
      continue;
    }
    const lane = laneIndexes.get(laneName(stands, freedom)) as number;
    const index = lanes[lane]?.length ?? 0;
    const need = needOf(stands, { lane, index, before: lanes[lane]?.at(-1) }, freedom, reach);
    const item = { participant: stands, lane, index, need, sight: reach.of(stands.past, 'sight') };
    lanes[lane]?.push(item);
    itemsByOrder.set(at.order, item);
    reach.add(at, item);
  }
  return { lanes, items: [...itemsByOrder.values()] };
};

export const reaches = (done: Int32Array, need: Int32Array): boolean => {
  for (let i = 0; i < need.length; i++) if ((done[i] as number) < (need[i] as number)) return false;
  return true;
};

/** The smallest id among the lanes' next entries that have what they need and that `allows`. */
export const smallestNext = (
  lanes: Lanes['lanes'],
  done: Int32Array,
  allows: (item: LaneItem) => boolean,
): LaneItem | undefined => {
  let best: LaneItem | undefined;
  for (let lane = 0; lane < lanes.length; lane++) {
    const item = lanes[lane]?.[done[lane] as number];
    if (!item || (best && compareEntries(best.participant.entry, item.participant.entry) < 0)) continue;
    if (reaches(done, item.need) && allows(item)) best = item;
  }
  return best;
};

const isDecision = ({ entry }: Participant): boolean => entry.kind === 'decision';

/** Where a fact may pass nothing that it saw, a writer's whole part keeps its order. */
const laneName = (participant: Participant, freedom: FactFreedom): string => {
  const { writer, entry } = participant;
  if (freedom === 'none') return `${writer}`;
  return isDecision(participant) ? `${writer}` : `${writer}/${entry.source}`;
};

/** Needs of what it needs are included, so that a neutral entry in between, which no search visits, still binds. */
const needOf = (
  participant: Participant,
  { lane, index, before }: { readonly lane: number; readonly index: number; readonly before: LaneItem | undefined },
  freedom: FactFreedom,
  reach: Reach,
): Int32Array => {
  if (participant.isOpening) return reach.within(lane, index, before?.need);
  if (isDecision(participant) || freedom === 'none') return reach.of(participant.past, 'need');
  if (freedom === 'free') return reach.within(lane, index);
  const window = participant.past.map((seq) => Math.max(0, seq - factWindowEntries));
  return reach.within(lane, index, reach.of(window, 'need'));
};

interface Reach {
  readonly add: (at: Admitted, item: LaneItem) => void;
  /** Bound by the earlier entries of its lane, and by `more`. */
  readonly within: (lane: number, index: number, more?: Int32Array) => Int32Array;
  readonly of: (past: Int32Array, what: 'sight' | 'need') => Int32Array;
}

interface ReachPoint {
  readonly seq: number;
  readonly sight: Int32Array;
  readonly need: Int32Array;
}

/** Per writer and seq, how much of every lane lies at or before that position: by sight, and by what that needs in turn. */
const createReach = (laneCount: number, hasDuplicates: boolean): Reach => {
  const pointsByWriter = new Map<number, ReachPoint[]>();
  return {
    add: (at, item) => {
      const points = pointsByWriter.get(at.writer) ?? [];
      pointsByWriter.set(at.writer, points);
      const before = points.at(-1);
      const sight = before ? before.sight.slice() : new Int32Array(laneCount);
      sight[item.lane] = Math.max(sight[item.lane] as number, item.index + 1);
      // Only through a duplicate does an entry need more than it saw: what the repeated entry needed.
      const need = hasDuplicates ? (before ? before.need.slice() : new Int32Array(laneCount)) : sight;
      if (hasDuplicates) {
        raise(need, item.need);
        raise(need, sight);
      }
      points.push({ seq: at.seq, sight, need });
    },
    within: (lane, index, more) => {
      const need = more ? more.slice() : new Int32Array(laneCount);
      need[lane] = index;
      return need;
    },
    of: (past, what) => {
      const reached = new Int32Array(laneCount);
      past.forEach((seq, writer) => {
        const point = lastUpTo(pointsByWriter.get(writer) ?? [], seq);
        if (point) raise(reached, point[what]);
      });
      return reached;
    },
  };
};

const lastUpTo = (points: readonly ReachPoint[], seq: number): ReachPoint | undefined => {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle] as ReachPoint).seq <= seq) low = middle + 1;
    else high = middle;
  }
  return points[low - 1];
};
