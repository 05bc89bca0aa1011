/** Like Promise.all over `map`, but with a bounded number under way at a time; results stand in the order of the items. */
export const mapSideBySide = async <Item, Result>(
  items: readonly Item[],
  atOnceMax: number,
  map: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> => {
  const results: Result[] = [];
  // One iterator for all workers: whoever is free takes the next.
  const next = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of next) results[index] = await map(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnceMax, items.length) }, work));
  return results;
};
