/**
 * Views of which single reads and writes go wrong: whoever asks for many gets them one by one.
 */
import type { OpenViews, StoredView, ViewStore } from '../../../domain/ports/view-store.ts';
import type { OrderView } from '../../../projections/views/order-view.ts';

type SingleRequests = Pick<ViewStore<OrderView>, 'get' | 'replace'>;

export const spoilViews =
  (
    openViews: OpenViews<OrderView>,
    spoil: (store: SingleRequests, generation: string) => Partial<SingleRequests>,
  ): OpenViews<OrderView> =>
  (generation) => {
    const store = openViews(generation);
    const { get, replace } = { get: store.get, replace: store.replace, ...spoil(store, generation) };
    return {
      ...store,
      get,
      replace,
      getAll: async (streams) =>
        (await Promise.all(streams.map(get))).filter((view): view is View => view !== undefined),
      replaceAll: (replacements) => Promise.all(replacements.map(replace)),
    };
  };

type View = StoredView<OrderView>;
