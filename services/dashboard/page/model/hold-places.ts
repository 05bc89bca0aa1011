/**
 * A list that somebody points at, or has the focus in, must not move under the finger: what is gone stays in its place and is
 * marked, what is new goes to the end or waits. Pure.
 */

export interface Held<Item> {
  readonly rows: readonly { readonly item: Item; readonly isGone: boolean }[];
  /** New ones that would have pushed others down, or would be too many: not shown yet. */
  readonly waiting: number;
}

/** More than any page has; somebody may point at a list for a day. */
export const heldRowsMax = 150;

/** `before` is the list as it is shown, `now` as it should be; `keyOf` tells what is the same. */
export const holdPlaces = <Item>(
  before: readonly Item[],
  now: readonly Item[],
  keyOf: (item: Item) => string,
): Held<Item> => {
  const newest = new Map(now.map((item) => [keyOf(item), item]));
  const shown = new Set(before.map(keyOf));
  const lastKept = now.findLastIndex((item) => shown.has(keyOf(item)));
  const room = Math.max(0, heldRowsMax - before.length);
  const atEnd = now.slice(lastKept + 1).slice(0, room);
  const kept = now.filter((item) => shown.has(keyOf(item))).length;
  return {
    rows: [
      ...before.map((item) => ({ item: newest.get(keyOf(item)) ?? item, isGone: !newest.has(keyOf(item)) })),
      ...atEnd.map((item) => ({ item, isGone: false })),
    ],
    waiting: now.length - kept - atEnd.length,
  };
};
