/**
 * Looks on where the API leaves items out of a page that was read already: such a page may be short or empty and still
 * have a next one. Within bounds, so that a list of a million orders of which none is wanted costs a few requests. Pure.
 */

export interface ListPage<Item> {
  readonly items: readonly Item[];
  /** Of the next page; undefined on the last. */
  readonly cursor: string | undefined;
}

export interface FilledPage<Item> extends ListPage<Item> {
  /** How many of the API's pages it is made of. */
  readonly requests: number;
}

export interface FillOptions {
  /** Enough items to stop at. */
  readonly itemsMin: number;
  readonly requestsMax: number;
}

/** `read` gets the cursor to go on at. It may leave `itemsMin` behind it by one page of the API. */
export const fillPage = async <Item>(
  read: (cursor: string | undefined) => Promise<ListPage<Item>>,
  start: string | undefined,
  { itemsMin, requestsMax }: FillOptions,
): Promise<FilledPage<Item>> => {
  const items: Item[] = [];
  let cursor = start;
  for (let requests = 1; ; requests++) {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.cursor;
    if (cursor === undefined || items.length >= itemsMin || requests === requestsMax)
      return { items, cursor, requests };
  }
};
