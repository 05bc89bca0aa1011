/**
 * Where the entries of a graph stand in the drawing of its lanes: a column for each entry, from the oldest to the newest,
 * and a row for each region. In CSS pixels. Pure.
 */
import type { EntryGraph } from '../../../../domain/ledger/entry-graph.ts';

export const box = { width: 150, height: 66, gapX: 22, gapY: 44 } as const;
const margin = { top: 34, left: 14, right: 14, bottom: 14 } as const;

export interface LaneLayout {
  readonly width: number;
  readonly height: number;
  /** Of each lane, where its name stands. */
  readonly lanes: readonly { readonly region: string; readonly top: number }[];
  /** Of each node, its upper left corner. */
  readonly boxes: readonly { readonly left: number; readonly top: number }[];
  /** Of each edge, as the `d` of an SVG path, and where its tip is. */
  readonly edges: readonly LaneEdge[];
  /** Where a line from what is not shown would arrive. */
  readonly stubs: readonly Spot[];
}

export interface LaneEdge {
  readonly d: string;
  readonly end: Spot;
  readonly fromLane: number;
  /** From another region. */
  readonly isAcross: boolean;
}

export interface Spot {
  readonly x: number;
  readonly y: number;
}

export const layOutLanes = ({ lanes, nodes, edges }: EntryGraph): LaneLayout => {
  const boxes = nodes.map(({ lane }, column) => ({
    left: margin.left + column * (box.width + box.gapX),
    top: margin.top + lane * (box.height + box.gapY),
  }));
  return {
    width: margin.left + nodes.length * (box.width + box.gapX) - box.gapX + margin.right,
    height: margin.top + lanes.length * (box.height + box.gapY) - box.gapY + margin.bottom,
    lanes: lanes.map((region, lane) => ({ region, top: margin.top + lane * (box.height + box.gapY) })),
    boxes,
    edges: edges.map(({ from, to }) => {
      const fromLane = nodes[from]?.lane ?? 0;
      const start = boxes[from] ?? corner;
      const end = boxes[to] ?? corner;
      return {
        d: edgePath(start, end),
        end: arrivalAt(end, Math.sign(end.top - start.top)),
        fromLane,
        isAcross: start.top !== end.top,
      };
    }),
    stubs: boxes.filter((_, i) => nodes[i]?.missing.length !== 0).map((it) => arrivalAt(it)),
  };
};

/** `down` is 1 for what comes from above, -1 for what comes from below, 0 from the side. */
const arrivalAt = ({ left, top }: Corner, down = 0): Spot => ({
  x: left,
  y: top + box.height / 2 - (down * box.height) / 4,
});

const corner = { left: 0, top: 0 } as const;

/**
 * Along the gaps between columns and rows, so that it passes behind no box. What comes from another region meets its box
 * apart from what comes from its own.
 */
const edgePath = (from: Corner, to: Corner): string => {
  const down = Math.sign(to.top - from.top);
  const [x1, y1] = [from.left + box.width, from.top + box.height / 2 + (down * box.height) / 4];
  const { x: x2, y: y2 } = arrivalAt(to, down);
  const [out, into] = [x1 + box.gapX / 2, x2 - box.gapX / 2];
  const gap = down > 0 ? to.top - box.gapY / 2 : to.top + box.height + box.gapY / 2;
  if (down === 0) return path([x1, y1], [x2, y2]);
  if (out === into) return path([x1, y1], [out, y1], [out, y2], [x2, y2]);
  return path([x1, y1], [out, y1], [out, gap], [into, gap], [into, y2], [x2, y2]);
};

type Corner = { readonly left: number; readonly top: number };
type Point = readonly [x: number, y: number];

/** Through the points, with its corners rounded off. */
const path = (start: Point, ...points: readonly Point[]): string => {
  const parts = points.map((point, i) => {
    const before = points[i - 1] ?? start;
    const next = points[i + 1];
    if (!next) return `L${point.join(' ')}`;
    return `L${towards(point, before).join(' ')}Q${point.join(' ')} ${towards(point, next).join(' ')}`;
  });
  return `M${start.join(' ')}${parts.join('')}`;
};

const radius = 8;

const towards = ([x, y]: Point, [otherX, otherY]: Point): Point => [
  x + Math.sign(otherX - x) * Math.min(radius, Math.abs(otherX - x) / 2),
  y + Math.sign(otherY - y) * Math.min(radius, Math.abs(otherY - y) / 2),
];
