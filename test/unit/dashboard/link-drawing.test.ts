import { describe, expect, it } from 'vitest';
import { drawLinks, nodeSize, type Point } from '../../../services/dashboard/page/model/link-drawing.ts';

const names = ['us-east-1', 'eu-west-1', 'ap-southeast-2', 'sa-east-1', 'us-west-2'];

const isInside = (point: Point, node: Point): boolean =>
  Math.abs(point.x - node.x) < nodeSize.width / 2 && Math.abs(point.y - node.y) < nodeSize.height / 2;

describe('the drawing of links', () => {
  it.each([1, 2, 3, 4, 5])(
    'shows %i regions inside of its frame, with an arrow each way and none through a node',
    (count) => {
      const { width, height, nodes, arrows } = drawLinks(names.slice(0, count));

      expect(arrows).toHaveLength(count * (count - 1));
      for (const { x, y } of nodes) {
        expect(Math.min(x, width - x)).toBeGreaterThan(nodeSize.width / 2);
        expect(Math.min(y, height - y)).toBeGreaterThan(nodeSize.height / 2);
      }
      for (const { from, to, start, end, head, label } of arrows) {
        expect(Math.min(label.y, height - label.y)).toBeGreaterThan(6);
        for (const node of nodes.filter(({ region }) => region === from || region === to))
          for (const point of [start, end, ...head, label]) expect(isInside(point, node)).toBe(false);
      }
    },
  );

  it('keeps the two directions of a pair and their texts apart', () => {
    const [there, back] = drawLinks(['us-east-1', 'eu-west-1']).arrows;

    expect(there?.start.x).toBeLessThan(there?.end.x ?? 0);
    expect(back?.start.x).toBeGreaterThan(back?.end.x ?? 0);
    expect(Math.abs((there?.label.y ?? 0) - (back?.label.y ?? 0))).toBeGreaterThan(40);
  });
});
