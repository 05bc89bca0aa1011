/**
 * Lets orders that are worked on side by side ask together: what is handed in while a request is on its way goes with the
 * next one.
 *
 * Thirty rows read or written at once cost little more than one: a transaction shares its update of the totals, and a
 * request its way. Nobody waits for company, only for its turn.
 */
import { invariant } from '../../domain/kernel/invariant.ts';
import type { OpenViews, Replaced, Replacement, StoredView, ViewStore } from '../../domain/ports/view-store.ts';

/** The same views, gathering for each generation what is read and replaced. */
export const gatherRequests = <Row>(openViews: OpenViews<Row>): OpenViews<Row> => {
  const gathered = new Map<string, ViewStore<Row>>();
  return (generation) => {
    const views = gathered.get(generation) ?? gatherOf(openViews(generation));
    gathered.set(generation, views);
    return views;
  };
};

const gatherOf = <Row>(views: ViewStore<Row>): ViewStore<Row> => {
  const read = gather<string, StoredView<Row> | undefined>(async (streams) => {
    const found = new Map((await views.getAll([...new Set(streams)])).map((view) => [view.stream, view]));
    return streams.map((stream) => found.get(stream));
  });
  const replaceAll = gather<Replacement<Row>, Replaced>(views.replaceAll);
  return {
    ...views,
    get: async (stream) => (await read([stream]))[0],
    replace: async (replacement) => {
      const [replaced] = await replaceAll([replacement]);
      invariant(replaced, 'every row has an answer');
      return replaced;
    },
    replaceAll,
  };
};

type AskAll<Item, Answer> = (items: readonly Item[]) => Promise<readonly Answer[]>;

interface Waiting<Item, Answer> {
  readonly items: readonly Item[];
  readonly resolve: (answers: readonly Answer[]) => void;
  readonly reject: (error: unknown) => void;
}

const gather = <Item, Answer>(askAll: AskAll<Item, Answer>): AskAll<Item, Answer> => {
  let waiting: Waiting<Item, Answer>[] = [];
  let isAsking = false;

  const askInTurn = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    while (waiting.length > 0) {
      const together = waiting;
      waiting = [];
      await ask(together);
    }
    isAsking = false;
  };

  /** Never throws: whoever handed it in hears it. */
  const ask = async (together: readonly Waiting<Item, Answer>[]): Promise<void> => {
    try {
      const answers = await askAll(together.flatMap(({ items }) => items));
      let from = 0;
      for (const { items, resolve } of together) {
        resolve(answers.slice(from, from + items.length));
        from += items.length;
      }
    } catch (error) {
      const [only] = together;
      // One row that does not fit keeps all of them out; it must be told only to whom it belongs.
      if (together.length === 1) only?.reject(error);
      else for (const it of together) await ask([it]);
    }
  };

  return (items) =>
    new Promise((resolve, reject) => {
      waiting.push({ items, resolve, reject });
      void askInTurn();
    });
};
