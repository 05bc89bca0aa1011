/**
 * The laws of the merges: whoever merges the same writes gets the same value, in whatever order they came and however
 * often, and the value is the one that a person would expect of a counter, a set and a register.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countAdditions } from '../../domain/crdt/counter.ts';
import { lastWrite, newestWrites } from '../../domain/crdt/lww-register.ts';
import { presentElements } from '../../domain/crdt/observed-remove-set.ts';
import type { WriteOrder } from '../../domain/crdt/write-order.ts';

interface TestWrite {
  readonly writer: number;
  readonly seq: number;
  /** By writer, the number of the last write seen. */
  readonly seen: readonly number[];
  readonly id: number;
  readonly operation: 'add' | 'remove';
  readonly element: string;
}

const order: WriteOrder<TestWrite> = {
  writerOf: ({ writer }) => writer,
  isLater: (left, right) => left.seq > right.seq,
  saw: (left, right) => (left.seen[right.writer] ?? 0) >= right.seq,
  compare: (left, right) => left.id - right.id,
};

const writersMax = 3;

/** Each writes after what it has read: its own part, and now and then all of another's. */
const histories: fc.Arbitrary<readonly TestWrite[]> = fc
  .array(
    fc.record({
      writer: fc.nat(writersMax - 1),
      reads: fc.option(fc.nat(writersMax - 1), { nil: undefined }),
      operation: fc.constantFrom('add' as const, 'remove' as const),
      element: fc.constantFrom('gift', 'fragile'),
    }),
    { maxLength: 14 },
  )
  .map((steps) => {
    const cuts = Array.from({ length: writersMax }, () => Array.from({ length: writersMax }, () => 0));
    return steps.map(({ writer, reads, operation, element }, i): TestWrite => {
      const own = cuts[writer] ?? [];
      const other = reads === undefined ? [] : (cuts[reads] ?? []);
      other.forEach((seq, at) => {
        own[at] = Math.max(own[at] ?? 0, seq);
      });
      const seen = [...own];
      own[writer] = (own[writer] ?? 0) + 1;
      return { writer, seq: own[writer] ?? 0, seen, id: i, operation, element };
    });
  });

const delivered = histories.chain((writes) =>
  fc.tuple(fc.constant(writes), fc.shuffledSubarray([...writes], { minLength: writes.length })),
);

describe('the laws of merging', () => {
  it('count every addition once, in any order and any grouping', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 })), fc.nat(), (deltas, at) => {
        const split = at % (deltas.length + 1);
        const halves = [deltas.slice(split), deltas.slice(0, split)].map(countAdditions);
        expect(countAdditions(deltas)).toBe(countAdditions(halves));
        expect(countAdditions(deltas.toReversed())).toBe(countAdditions(deltas));
      }),
    );
  });

  it('give the same register and the same set for every order of delivery and repetition', () => {
    fc.assert(
      fc.property(delivered, ([writes, shuffled]) => {
        const again = [...shuffled, ...writes];
        expect(lastWrite(shuffled, order)).toEqual(lastWrite(writes, order));
        expect(lastWrite(again, order)).toEqual(lastWrite(writes, order));
        expect(presentElements(shuffled, order)).toEqual(presentElements(writes, order));
        expect(presentElements(again, order)).toEqual(presentElements(writes, order));
      }),
    );
  });

  it('let no write of a register win that another write saw, and lose none that nobody saw', () => {
    fc.assert(
      fc.property(histories, (writes) => {
        const unseen = writes.filter((write) => !writes.some((other) => other !== write && order.saw(other, write)));
        expect(new Set(newestWrites(writes, order))).toEqual(new Set(unseen));
        expect(lastWrite(writes, order)).toBe(unseen.at(-1));
      }),
    );
  });

  it('remove from a set what the remover saw, and nothing that it did not', () => {
    fc.assert(
      fc.property(histories, (writes) => {
        const survives = (addition: TestWrite): boolean =>
          !writes.some((it) => it.operation === 'remove' && it.element === addition.element && order.saw(it, addition));
        const expected = writes.filter((it) => it.operation === 'add' && survives(it)).map(({ element }) => element);
        expect(presentElements(writes, order)).toEqual([...new Set(expected)].sort());
      }),
    );
  });
});
