import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSumsBySecond, keptSeconds } from '../../../infra/in-memory/sums-by-second.ts';

const startSecond = 1_767_225_600;
const counted = fc.record({ second: fc.nat({ max: keptSeconds - 1 }), value: fc.nat({ max: 1_000 }) });

it('says exactly what was counted in any span of the seconds that are kept, in whatever order it came', () => {
  fc.assert(
    fc.property(fc.array(counted), fc.nat({ max: keptSeconds }), fc.nat({ max: keptSeconds }), (counts, one, other) => {
      const sums = createSumsBySecond();
      for (const { second, value } of counts) sums.add((startSecond + second) * 1_000 + 999, value);
      const [from, to] = [Math.min(one, other), Math.max(one, other)];
      const inside = counts.filter(({ second }) => second >= from && second < to);
      const expected = inside.length === 0 ? undefined : inside.reduce((sum, { value }) => sum + value, 0);
      expect(sums.sum((startSecond + from) * 1_000, (startSecond + to) * 1_000)).toBe(expected);
    }),
  );
});

it('forgets a second for the one that takes its place, and takes no late count of it', () => {
  const sums = createSumsBySecond();
  const [firstMs, laterMs] = [startSecond * 1_000, (startSecond + keptSeconds) * 1_000];
  sums.add(firstMs, 1);
  sums.add(laterMs, 2);
  sums.add(firstMs, 4);
  expect(sums.sum(firstMs, firstMs + 1_000)).toBeUndefined();
  expect(sums.sum(laterMs, laterMs + 1_000)).toBe(2);
});
