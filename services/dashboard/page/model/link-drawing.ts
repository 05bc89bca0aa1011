/** Where the regions and the arrows between them stand in a drawing: two side by side, more of them on a ring. Pure. */

export interface LinkDrawing {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Node[];
  readonly arrows: readonly Arrow[];
}

export interface Point {
  /** To the right, from the left edge. */
  readonly x: number;
  /** Downwards, from the upper edge. */
  readonly y: number;
}

export interface Node extends Point {
  readonly region: string;
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly start: Point;
  readonly end: Point;
  /** The corners of its head. */
  readonly head: readonly Point[];
  /** The middle of its text. */
  readonly label: Point;
}

export const nodeSize = { width: 124, height: 50 } as const;
const width = 380;
const edge = 4;
const headLength = 9;
const headWidth = 9;
const labelLift = 14;
/** Below the lowest nodes. */
const labelRoom = 14;
/** Between a node and its arrows. */
const gap = 4;

export const drawLinks = (regions: readonly string[]): LinkDrawing => {
  const isRow = regions.length <= 2;
  const height = isRow ? 120 : 280;
  const places = isRow ? placeInRow(regions.length, height) : placeOnRing(regions.length, height);
  const nodes = regions.map((region, i) => ({ region, ...(places[i] ?? { x: 0, y: 0 }) }));
  // On a ring the texts stand on the arrows, and should not reach over to the other direction's.
  const apart = isRow ? 26 : 44;
  const arrows = nodes.flatMap((from) => nodes.filter((to) => to !== from).map((to) => arrowOf(from, to, apart)));
  return { width, height, nodes, arrows };
};

const placeInRow = (count: number, height: number): readonly Point[] => {
  const [left, right] = [nodeSize.width / 2 + edge, width - nodeSize.width / 2 - edge];
  return (count === 1 ? [width / 2] : [left, right]).map((x) => ({ x, y: height / 2 }));
};

/** The first one on top; as wide and as high as there is room. */
const placeOnRing = (count: number, height: number): readonly Point[] => {
  const turns = Array.from({ length: count }, (_, i) => (i / count - 1 / 4) * 2 * Math.PI);
  const xs = spread(turns.map(Math.cos), nodeSize.width / 2 + edge, width - nodeSize.width / 2 - edge);
  const ys = spread(turns.map(Math.sin), nodeSize.height / 2 + edge, height - nodeSize.height / 2 - edge - labelRoom);
  return turns.map((_, i) => ({ x: xs[i] ?? 0, y: ys[i] ?? 0 }));
};

const spread = (values: readonly number[], from: number, to: number): readonly number[] => {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => from + ((value - least) / (most - least)) * (to - from));
};

const arrowOf = (from: Node, to: Node, apart: number): Arrow => {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const along = { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
  const aside = { x: along.y, y: -along.x };
  const go = (forward: number, sideways: number): Point => ({
    x: from.x + along.x * forward + aside.x * sideways,
    y: from.y + along.y * forward + aside.y * sideways,
  });
  const beside = { x: aside.x * (apart / 2), y: aside.y * (apart / 2) };
  const left = wayOut(along, beside);
  const entered = length - wayOut({ x: -along.x, y: -along.y }, beside);
  const neck = entered - headLength;
  // Beside an arrow that lies flat there is room for a text; on a steep one it stands, not level with its neighbour's.
  const isFlat = Math.abs(along.x) > 0.9;
  return {
    from: from.region,
    to: to.region,
    start: go(left, apart / 2),
    end: go(neck, apart / 2),
    head: [go(entered, apart / 2), go(neck, apart / 2 + headWidth / 2), go(neck, apart / 2 - headWidth / 2)],
    label: go(left + (entered - left) * (isFlat ? 0.5 : 0.38), apart / 2 + (isFlat ? labelLift : 0)),
  };
};

/** How far an arrow that begins `beside` the middle of a node goes until it has left it. */
const wayOut = (along: Point, beside: Point): number =>
  Math.min(wayTo(nodeSize.width / 2 + gap, along.x, beside.x), wayTo(nodeSize.height / 2 + gap, along.y, beside.y));

const wayTo = (wall: number, speed: number, begin: number): number =>
  Math.abs(speed) < 1e-9 ? Number.POSITIVE_INFINITY : (wall - Math.sign(speed) * begin) / Math.abs(speed);
