/** Everything that an async iterable yields; `Array.fromAsync` is not in TypeScript's ES2024. */
export const collect = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
};
