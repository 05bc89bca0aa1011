/**
 * The exact search for a chapter's history: dynamic programming over (lane vector, status).
 *
 * Only entries that can influence the choice span the axes; neutral ones are woven in by the final walk. A node is a
 * lane vector, with the statuses that it can be reached in as a bitmask; its index in creation order grows with the
 * number of entries applied, so one pass in reverse sees every successor first.
 */
import { invariant } from '../kernel/invariant.ts';
import { type LaneItem, type Lanes, reaches, smallestNext } from './lanes.ts';
import type { Participant } from './participants.ts';

export interface SearchOptions {
  readonly start: number;
  readonly statusCount: number;
  /** Reachable (lane vector, status) pairs, at most. */
  readonly statesMax: number;
  /** Consider only histories that reject nothing and move no fact. At least one must exist. */
  readonly isFreeOnly?: boolean;
}

export interface FoundHistory {
  readonly order: readonly Participant[];
  /** In how many different statuses the best histories end. */
  readonly endsMax: number;
}

/** Undefined when there is more to visit than `statesMax`. */
export const searchHistories = (lanes: Lanes, options: SearchOptions): FoundHistory | undefined => {
  const axes = layAxes(lanes);
  const graph = exploreForward(axes, options);
  if (!graph) return undefined;
  const plan = planBackward(axes, graph, options);
  return { order: walk(lanes, axes, graph, plan, options), endsMax: bitCount(plan.ends[0] as number) };
};

interface AxisItem {
  readonly item: LaneItem;
  readonly next: Int8Array;
  readonly weight: number;
  readonly isFact: boolean;
  /** Per axis, how many of its entries must come before. */
  readonly need: Int32Array;
  /** Per axis, how many of its entries it saw. */
  readonly sight: Int32Array;
}

interface Axes {
  readonly axes: readonly (readonly AxisItem[])[];
  readonly axisItemOf: ReadonlyMap<LaneItem, AxisItem & { readonly axis: number }>;
  /** One more than all facts that could be moved: costs times this, plus moves, compare like pairs. */
  readonly costUnit: number;
}

const layAxes = ({ lanes, items }: Lanes): Axes => {
  const isSolid = ({ participant }: LaneItem) => !participant.isNeutral;
  const solidLanes = lanes.filter((lane) => lane.some(isSolid));
  const laneOfAxis = solidLanes.map((lane) => lanes.indexOf(lane));
  /** Per axis and number of lane entries: how many of those are on the axis. */
  const solidCounts = solidLanes.map((lane) => {
    const counts = new Int32Array(lane.length + 1);
    lane.forEach((item, i) => {
      counts[i + 1] = (counts[i] as number) + (isSolid(item) ? 1 : 0);
    });
    return counts;
  });
  const isAllSolid = items.every(isSolid);
  const toAxes = (perLane: Int32Array): Int32Array => {
    if (isAllSolid) return perLane;
    const perAxis = new Int32Array(laneOfAxis.length);
    laneOfAxis.forEach((lane, axis) => {
      perAxis[axis] = solidCounts[axis]?.[perLane[lane] as number] as number;
    });
    return perAxis;
  };
  const axes = solidLanes.map((lane) =>
    lane.filter(isSolid).map((item) => ({
      item,
      next: item.participant.next,
      weight: item.participant.weight,
      isFact: item.participant.entry.kind === 'fact',
      need: toAxes(item.need),
      sight: toAxes(item.sight),
    })),
  );
  const axisItemOf = new Map(axes.flatMap((axis, i) => axis.map((it) => [it.item, { ...it, axis: i }] as const)));
  return { axes, axisItemOf, costUnit: items.length + 1 };
};

interface Graph {
  /** Per node and axis, how far the axis is. */
  readonly vectors: Int32Array;
  /** Per node, the statuses that it can be reached in. */
  readonly masks: Int32Array;
  /** Per node and axis, the node after taking the axis' next entry; -1 where that may not come next. */
  readonly successors: Int32Array;
  /** Per node, where its (node, status) pairs start. */
  readonly firstPair: Int32Array;
  readonly nodeCount: number;
  readonly pairCount: number;
}

const exploreForward = ({ axes }: Axes, { start, statesMax, isFreeOnly }: SearchOptions): Graph | undefined => {
  const width = axes.length;
  const { strides, size } = mixedRadix(axes.map((axis) => axis.length));
  if (size > Number.MAX_SAFE_INTEGER) return undefined;
  const nodeByKey = createNodeIndex(size);
  let capacity = 256;
  let keys = new Float64Array(capacity);
  let vectors = new Int32Array(capacity * width);
  let successors = new Int32Array(capacity * width);
  let masks = new Int32Array(capacity);
  let firstPair = new Int32Array(capacity);
  masks[0] = 1 << start;
  let nodeCount = 1;
  let pairCount = 0;
  for (let node = 0; node < nodeCount; node++) {
    const mask = masks[node] as number;
    firstPair[node] = pairCount;
    pairCount += bitCount(mask);
    if (pairCount > statesMax || nodeCount > statesMax) return undefined;
    if (nodeCount + width > capacity) {
      capacity *= 2;
      keys = grow(keys, new Float64Array(capacity));
      vectors = grow(vectors, new Int32Array(capacity * width));
      successors = grow(successors, new Int32Array(capacity * width));
      masks = grow(masks, new Int32Array(capacity));
      firstPair = grow(firstPair, new Int32Array(capacity));
    }
    const offset = node * width;
    const vector = vectors.subarray(offset, offset + width);
    for (let axis = 0; axis < width; axis++) {
      const item = axes[axis]?.[vector[axis] as number];
      const isOpen = item && reaches(vector, item.need) && !(isFreeOnly && moves(item, vector));
      const nextMask = isOpen ? maskAfter(mask, item.next, isFreeOnly === true) : 0;
      if (nextMask === 0) {
        successors[offset + axis] = -1;
        continue;
      }
      const key = (keys[node] as number) + (strides[axis] as number);
      let successor = nodeByKey.get(key);
      if (successor === undefined) {
        successor = nodeCount++;
        nodeByKey.set(key, successor);
        keys[successor] = key;
        vectors.copyWithin(successor * width, offset, offset + width);
        vectors[successor * width + axis] = (vector[axis] as number) + 1;
      }
      successors[offset + axis] = successor;
      masks[successor] = (masks[successor] as number) | nextMask;
    }
  }
  return { vectors, masks, successors, firstPair, nodeCount, pairCount };
};

/** Lane vectors as numbers: `strides` of each axis, and how many vectors there are. */
const mixedRadix = (lengths: readonly number[]) => {
  let size = 1;
  const strides = lengths.map((length) => {
    const stride = size;
    size *= length + 1;
    return stride;
  });
  return { strides, size };
};

/** A plain array where all vectors fit one, a map where they do not. */
const createNodeIndex = (size: number) => {
  if (size > denseVectorsMax) return new Map<number, number>();
  const nodes = new Int32Array(size);
  return {
    get: (key: number): number | undefined => (nodes[key] as number) || undefined,
    set: (key: number, node: number) => {
      nodes[key] = node;
    },
  };
};

const denseVectorsMax = 1 << 20;

const grow = <Numbers extends Int32Array | Float64Array>(full: Numbers, larger: Numbers): Numbers => {
  larger.set(full);
  return larger;
};

/** Whether a fact that comes next comes ahead of something that it saw. */
const moves = ({ isFact, sight }: AxisItem, vector: Int32Array): boolean => isFact && !reaches(vector, sight);

/** Statuses after an entry: a legal one moves, an illegal one is rejected and stays. */
const maskAfter = (mask: number, next: Int8Array, isFreeOnly: boolean): number => {
  let after = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) {
    const status = 31 - Math.clz32(rest & -rest);
    const to = next[status] as number;
    if (to >= 0) after |= 1 << to;
    else if (!isFreeOnly) after |= 1 << status;
  }
  return after;
};

interface Plan {
  /** Per pair, the least cost to go. */
  readonly toGo: Float64Array;
  /** Per pair, the statuses in which the best histories from here end. */
  readonly ends: Int32Array;
}

const planBackward = ({ axes, costUnit }: Axes, graph: Graph, { isFreeOnly }: SearchOptions): Plan => {
  const width = axes.length;
  const toGo = new Float64Array(graph.pairCount).fill(Number.POSITIVE_INFINITY);
  const ends = new Int32Array(graph.pairCount);
  const last = graph.nodeCount - 1;
  for (let node = last; node >= 0; node--) {
    const vector = graph.vectors.subarray(node * width, (node + 1) * width);
    const isComplete = axes.every((axis, i) => axis.length === vector[i]);
    const mask = graph.masks[node] as number;
    for (let axis = 0; axis < width; axis++) {
      const successor = graph.successors[node * width + axis] as number;
      if (successor < 0) continue;
      const item = axes[axis]?.[vector[axis] as number] as AxisItem;
      const moveCost = moves(item, vector) ? 1 : 0;
      let pair = graph.firstPair[node] as number;
      for (let rest = mask; rest !== 0; rest &= rest - 1, pair++) {
        const status = 31 - Math.clz32(rest & -rest);
        const to = item.next[status] as number;
        if (to < 0 && isFreeOnly) continue;
        const after = pairOf(graph, successor, to < 0 ? status : to);
        const cost = (to < 0 ? item.weight * costUnit : 0) + moveCost + (toGo[after] as number);
        if (cost < (toGo[pair] as number)) {
          toGo[pair] = cost;
          ends[pair] = ends[after] as number;
        } else if (cost === toGo[pair]) ends[pair] = (ends[pair] as number) | (ends[after] as number);
      }
    }
    if (!isComplete) continue;
    let pair = graph.firstPair[node] as number;
    for (let rest = mask; rest !== 0; rest &= rest - 1, pair++) {
      toGo[pair] = 0;
      ends[pair] = rest & -rest;
    }
  }
  return { toGo, ends };
};

/** The pair of a node and one of its statuses. */
const pairOf = ({ firstPair, masks }: Graph, node: number, status: number): number =>
  (firstPair[node] as number) + bitCount((masks[node] as number) & ((1 << status) - 1));

const walk = (
  { lanes, items }: Lanes,
  { axes, axisItemOf, costUnit }: Axes,
  graph: Graph,
  { toGo }: Plan,
  { start, isFreeOnly }: SearchOptions,
): readonly Participant[] => {
  const width = axes.length;
  const done = new Int32Array(lanes.length);
  let node = 0;
  let status = start;
  const keepsOptimum = (item: LaneItem): boolean => {
    const axisItem = axisItemOf.get(item);
    if (!axisItem) return true;
    const successor = graph.successors[node * width + axisItem.axis] as number;
    if (successor < 0) return false;
    const to = axisItem.next[status] as number;
    if (to < 0 && isFreeOnly) return false;
    const vector = graph.vectors.subarray(node * width, (node + 1) * width);
    const moveCost = moves(axisItem, vector) ? 1 : 0;
    const cost =
      (to < 0 ? axisItem.weight * costUnit : 0) +
      moveCost +
      (toGo[pairOf(graph, successor, to < 0 ? status : to)] as number);
    return cost === toGo[pairOf(graph, node, status)];
  };
  return items.map(() => {
    const item = smallestNext(lanes, done, keepsOptimum);
    invariant(item, 'some next entry keeps the optimum');
    done[item.lane] = item.index + 1;
    const axisItem = axisItemOf.get(item);
    if (axisItem) {
      const to = axisItem.next[status] as number;
      node = graph.successors[node * width + axisItem.axis] as number;
      status = to < 0 ? status : to;
    }
    return item.participant;
  });
};

const bitCount = (bits: number): number => {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
};
