/**
 * Work that must not all be done at once. None of it goes on unwatched: a failure is thrown once the rest has ended.
 */

/** At most `atATime` of the items in work. Throws the first failure. */
export const eachOf = async <Item>(
  items: Iterable<Item>,
  atATime: number,
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const rest = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = rest.next(); !next.done; next = rest.next()) await work(next.value);
  };
  await allEnded(Array.from({ length: atATime }, worker));
};

/** Like Promise.all, but waits for all of them before it throws. */
export const allEnded = async (work: readonly Promise<void>[]): Promise<void> => {
  const ends = await Promise.allSettled(work);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
};

export type InTurn = <Done>(key: string, work: () => Promise<Done>) => Promise<Done>;

/** Work for the same key is done one after the other, in the order of asking. */
export const createInTurn = (): InTurn => {
  const lastOf = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const done = (lastOf.get(key) ?? Promise.resolve()).then(work, work);
    lastOf.set(key, done);
    try {
      return await done;
    } finally {
      if (lastOf.get(key) === done) lastOf.delete(key);
    }
  };
};
