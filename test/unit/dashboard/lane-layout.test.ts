import { describe, expect, it } from 'vitest';
import { entryGraph } from '../../../domain/ledger/entry-graph.ts';
import { box, layOutLanes } from '../../../services/dashboard/page/model/lane-layout.ts';
import { orderLanes } from '../../../services/dashboard/page/model/order-lanes.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { noteChanged, placed, tagAdded } from '../../support/builders/retail-drafts.ts';

const regions = ['us-east-1', 'eu-west-1', 'ap-south-1'] as const;
const [us, eu, ap] = regions;

const threeRegions = () => {
  const ledger = createLedger({ regions });
  ledger.at(us).append(placed());
  ledger.replicateAll();
  for (const region of [us, ap, eu, us, us, ap]) ledger.at(region).append(noteChanged(region));
  ledger.replicateAll();
  ledger.at(eu).append(tagAdded('met'));
  return orderLanes(entryGraph(ledger.entries()), regions);
};

/** The corners of a path that goes along rows and columns. */
const pointsOf = (d: string): readonly (readonly [number, number])[] =>
  [...d.matchAll(/[MLQ ](-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);

describe('the drawing of lanes', () => {
  it('has the lanes in the order of the configuration, and regions that it does not know last', () => {
    expect(threeRegions().lanes).toEqual(regions);
    expect(orderLanes(threeRegions(), [ap]).lanes[0]).toBe(ap);
    const { nodes, lanes } = orderLanes(threeRegions(), [ap]);
    for (const { entry, lane } of nodes) expect(lanes[lane]).toBe(entry.region);
  });

  it('has a column for each entry and a row for each region, within its bounds', () => {
    const graph = threeRegions();
    const { boxes, lanes, width, height } = layOutLanes(graph);

    expect(new Set(boxes.map(({ left }) => left)).size).toBe(graph.nodes.length);
    expect(boxes.map(({ top }) => top)).toEqual(graph.nodes.map(({ lane }) => lanes[lane]?.top));
    for (const { left, top } of boxes) {
      expect(left + box.width).toBeLessThan(width);
      expect(top + box.height).toBeLessThan(height);
    }
  });

  it('leads no line from another region behind a box', () => {
    const { boxes, edges } = layOutLanes(threeRegions());
    const across = edges.filter(({ isAcross }) => isAcross);

    expect(across.length).toBeGreaterThan(2);
    for (const { d } of across)
      for (const [x, y] of pointsOf(d))
        for (const { left, top } of boxes)
          expect(x > left && x < left + box.width && y > top && y < top + box.height).toBe(false);
  });

  it('marks entries that had seen what is not shown', () => {
    const ledger = createLedger({ regions: [us, eu] });
    for (let i = 0; i < 3; i++) ledger.at(us).append(noteChanged(`${i}`));
    const { stubs, boxes } = layOutLanes(entryGraph(ledger.entries().slice(1)));

    expect(stubs).toEqual([{ x: boxes[0]?.left, y: (boxes[0]?.top ?? 0) + box.height / 2 }]);
  });
});
