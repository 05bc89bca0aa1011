/**
 * Read-model rows in memory, under the rules of the DynamoDB adapter: a row is replaced only over the one that was read,
 * and totals move by the difference. Rows are the same items of canonical JSON, so that nobody can change one after the
 * fact, only JSON comes back here too, and what is too large there is too large here.
 */
import { invariant } from '../../domain/kernel/invariant.ts';
import type { OpenViews, StoredView, Totals, ViewStore } from '../../domain/ports/view-store.ts';
import { contributionText, itemToView, revisionOf, type ViewItem, viewToItem } from '../dynamodb/view-item.ts';
import { assertKeyName, isNewestFirst, shardOfStream } from '../dynamodb/view-keys.ts';
import { placeIn } from '../dynamodb/view-lists.ts';
import { sumTotals, totalsDifference } from '../dynamodb/view-totals.ts';

/** The same generation, the same rows. */
export const createInMemoryViews = <Row>(): OpenViews<Row> => {
  const generations = new Map<string, Generation>();
  return (name) => {
    assertKeyName(name);
    const generation = generations.get(name) ?? { items: new Map(), listings: new Map(), totals: new Map() };
    generations.set(name, generation);
    return createInMemoryViewStore<Row>(name, generation);
  };
};

interface Generation {
  readonly items: Map<string, ViewItem>;
  /** By stream, as the lists need it: reading every row for a page would be slow. */
  readonly listings: Map<string, Pick<StoredView<unknown>, 'listing'>>;
  readonly totals: Map<string, Totals>;
}

const createInMemoryViewStore = <Row>(name: string, { items, listings, totals }: Generation): ViewStore<Row> => {
  const read = (stream: string): readonly StoredView<Row>[] => {
    const item = items.get(stream);
    return item ? [itemToView<Row>(item)] : [];
  };

  const replace: ViewStore<Row>['replace'] = async ({ view, over }) => {
    const { stream, listing, contribution } = view;
    invariant(
      !over || (over.stream === stream && over.listing.tenant === listing.tenant),
      'a row replaces a row of its own stream and tenant',
    );
    const item = viewToItem(name, view);
    if (!stands(items.get(stream), over)) return 'lost';
    items.set(stream, item);
    listings.set(stream, { listing: { ...listing } });
    const difference = totalsDifference(over?.contribution ?? {}, contribution);
    totals.set(listing.tenant, sumTotals([totals.get(listing.tenant) ?? {}, difference]));
    return 'replaced';
  };

  const list: ViewStore<Row>['list'] = async (query) => {
    invariant(Number.isInteger(query.limit) && query.limit >= 1, 'a page has a limit of 1 or more');
    const { after } = query;
    const spots = [...listings].flatMap(([stream, listed]) => {
      const place = placeIn(listed, query);
      const isBeyond =
        place !== undefined && (after === undefined || (isNewestFirst(query) ? place < after : place > after));
      return isBeyond ? [{ stream, place }] : [];
    });
    spots.sort((left, right) => (left.place > right.place === isNewestFirst(query) ? -1 : 1));
    const page = spots.slice(0, query.limit);
    return {
      views: page.flatMap(({ stream }) => read(stream)),
      next: spots.length > query.limit ? page.at(-1)?.place : undefined,
    };
  };

  return {
    replace,
    replaceAll: async (replacements) => {
      for (const { view } of replacements) viewToItem(name, view);
      return Promise.all(replacements.map(replace));
    },
    get: async (stream) => read(stream)[0],
    getAll: async (streams) => [...new Set(streams)].flatMap(read),
    list,
    totals: async (tenant) => ({ ...totals.get(tenant) }),
    all: async function* ({ part, parts } = { part: 0, parts: 1 }) {
      for (const stream of [...items.keys()]) if (shardOfStream(stream, parts) === part) yield* read(stream);
    },
    allTotals: async function* () {
      for (const [tenant, sums] of [...totals]) yield { tenant, totals: { ...sums } };
    },
    clear: async (onProgress) => {
      const rows = items.size;
      for (const map of [items, listings, totals]) map.clear();
      onProgress?.(rows);
    },
  };
};

const stands = (item: ViewItem | undefined, over: StoredView<unknown> | undefined): boolean => {
  if (!item || !over) return !item && !over;
  return item.revision === revisionOf(over) && item.contribution === contributionText(over);
};
