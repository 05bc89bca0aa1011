/**
 * A set from which a removal takes what its writer had seen, and nothing else: an addition that nobody had seen when they
 * removed the element stays. After Shapiro et al., "A comprehensive study of Convergent and Commutative Replicated Data
 * Types" (2011), but without tags: who had seen what is known.
 */
import { lastOfEachWriter, type WriteOrder } from './write-order.ts';

export interface SetWrite {
  readonly operation: 'add' | 'remove';
  readonly element: string;
}

/** Sorted. */
export const presentElements = <Write extends SetWrite>(
  writes: readonly Write[],
  order: Omit<WriteOrder<Write>, 'compare'>,
): readonly string[] =>
  [...Map.groupBy(writes, ({ element }) => element)]
    .filter(([, ofElement]) => isPresent(ofElement, order))
    .map(([element]) => element)
    .sort();

const isPresent = <Write extends SetWrite>(
  writes: readonly Write[],
  order: Omit<WriteOrder<Write>, 'compare'>,
): boolean => {
  // A later removal by the same writer saw at least as much as its earlier ones.
  const removals = lastOfEachWriter(
    writes.filter(({ operation }) => operation === 'remove'),
    order,
  );
  return writes.some((write) => write.operation === 'add' && !removals.some((removal) => order.saw(removal, write)));
};
