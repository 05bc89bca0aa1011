/**
 * What a merge has to know of writes besides their values: who wrote them, and who had seen whom.
 *
 * A merge of the values alone would have to guess from clocks. These are functions and not properties of a write, since a
 * fold knows them from cuts and an investigation of mutable rows from images.
 */
export interface WriteOrder<Write> {
  /** Writes of one writer are in a row: a later one saw the earlier ones. */
  readonly writerOf: (write: Write) => unknown;
  /** Of two writes of one writer. */
  readonly isLater: (left: Write, right: Write) => boolean;
  /** Whether who wrote `left` had seen `right`. */
  readonly saw: (left: Write, right: Write) => boolean;
  /** A total order, the same everywhere: below 0 where `left` comes first. */
  readonly compare: (left: Write, right: Write) => number;
}

export const lastOfEachWriter = <Write>(
  writes: readonly Write[],
  { writerOf, isLater }: Pick<WriteOrder<Write>, 'writerOf' | 'isLater'>,
): readonly Write[] => {
  const lastByWriter = new Map<unknown, Write>();
  for (const write of writes) {
    const last = lastByWriter.get(writerOf(write));
    if (last === undefined || isLater(write, last)) lastByWriter.set(writerOf(write), write);
  }
  return [...lastByWriter.values()];
};
