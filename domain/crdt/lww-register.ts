/**
 * A register that the last write wins, where "last" is first of all a matter of who had seen what: a write that another
 * write saw is over. Of those that nobody saw the largest counts, by an order that is the same everywhere.
 */
import { lastOfEachWriter, type WriteOrder } from './write-order.ts';

/** The writes that no other write saw: one where nothing was concurrent. */
export const newestWrites = <Write>(writes: readonly Write[], order: WriteOrder<Write>): readonly Write[] => {
  const lasts = lastOfEachWriter(writes, order);
  return lasts.filter((write) => !lasts.some((other) => other !== write && order.saw(other, write)));
};

/** Undefined where there is none. */
export const largestWrite = <Write>(
  writes: readonly Write[],
  { compare }: Pick<WriteOrder<Write>, 'compare'>,
): Write | undefined =>
  writes.reduce<Write | undefined>(
    (most, write) => (most !== undefined && compare(most, write) > 0 ? most : write),
    undefined,
  );

/** The write whose value the register has. */
export const lastWrite = <Write>(writes: readonly Write[], order: WriteOrder<Write>): Write | undefined =>
  largestWrite(newestWrites(writes, order), order);
