/**
 * The view store port of one region: rows replaced by compare-and-set with their totals in the same step, each request an
 * I/O step. An answer that gets lost is settled as the adapter does it: by trying again, which finds the own row standing.
 */
import { cutToToken } from '../../../domain/ledger/cut.ts';
import type { OpenViews, Replaced, Replacement, StoredView, ViewStore } from '../../../domain/ports/view-store.ts';
import type { OrderView } from '../../../projections/views/order-view.ts';
import type { FaultDice } from '../faults/fault-dice.ts';
import type { RandomStream } from '../kernel/random-streams.ts';
import { LostAnswer, type Requests } from './faulty-requests.ts';
import type { ViewTables } from './view-tables.ts';

export interface SimulatedViewsDeps {
  readonly tables: ViewTables;
  readonly dice: FaultDice;
  readonly random: RandomStream;
}

export const createSimulatedViews =
  (deps: SimulatedViewsDeps, { request }: Pick<Requests, 'request'>): OpenViews<OrderView> =>
  (generation) => {
    const { tables, dice, random } = deps;
    const pagesOf = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
      Array.from({ length: Math.ceil(items.length / pageRows) }, (_, i) =>
        items.slice(i * pageRows, (i + 1) * pageRows),
      );

    const replaceNow = ({ view, over }: Replacement<OrderView>): Replaced => {
      if (revisionOf(tables.get(generation, view.stream)?.view) !== revisionOf(over)) return 'lost';
      tables.put(generation, view);
      return 'replaced';
    };

    /** Whoever does not know whether it is done looks whether it is. */
    const replaceAgain = (replacement: Replacement<OrderView>): Replaced => {
      const standing = revisionOf(tables.get(generation, replacement.view.stream)?.view);
      return standing === revisionOf(replacement.view) ? 'replaced' : replaceNow(replacement);
    };

    const note = (replaced: Replaced): Replaced => {
      if (replaced === 'lost') dice.reached('replace lost to another projector');
      return replaced;
    };

    const settled = async <Answer>(label: string, once: () => Answer, again: () => Answer): Promise<Answer> => {
      try {
        return await request(label, once);
      } catch (error) {
        if (!(error instanceof LostAnswer)) throw error;
        dice.reached('replace answered by nobody and tried again');
        return await request(`${label} again`, again);
      }
    };

    const store: ViewStore<OrderView> = {
      get: (stream) => request('get row', () => tables.get(generation, stream)?.view),
      getAll: (streams) =>
        request('get rows', () => streams.flatMap((stream) => tables.get(generation, stream)?.view ?? [])),
      replace: async (replacement) =>
        note(
          await settled(
            'replace row',
            () => replaceNow(replacement),
            () => replaceAgain(replacement),
          ),
        ),
      replaceAll: async (replacements) => {
        const replaced: Replaced[] = [];
        for (const page of pagesOf(replacements)) {
          // Some of them are done when the answer is lost: it is many items, and no transaction.
          const donePart = (): readonly Replaced[] => {
            const isPartial = page.length > 1 && dice.strikes('partialAcceptance', random);
            const done = isPartial ? random.integer(0, page.length - 1) : page.length;
            const results = page.slice(0, done).map(replaceNow);
            if (done < page.length) throw new LostAnswer();
            return results;
          };
          replaced.push(...(await settled('replace rows', donePart, () => page.map(replaceAgain))));
        }
        return replaced.map(note);
      },
      totals: (tenant) => request('get totals', () => ({ ...tables.totals(generation).get(tenant) })),
      list: ({ tenant, limit, after = '', list, sort = 'oldest' }) =>
        request('list rows', () => {
          if (list !== 'open-cases' || sort !== 'oldest')
            throw new Error(`nobody lists by ${list}, ${sort} first, in the simulator`);
          const placed = [...tables.rows(generation).values()].flatMap(({ view }) => {
            const { openCase } = view.listing;
            return openCase !== undefined && openCase > after && view.listing.tenant === tenant
              ? [{ view, openCase }]
              : [];
          });
          placed.sort((left, right) => (left.openCase < right.openCase ? -1 : 1));
          const page = placed.slice(0, limit);
          return {
            views: page.map(({ view }) => view),
            next: page.length < placed.length ? page.at(-1)?.openCase : undefined,
          };
        }),
      all: async function* ({ part, parts } = { part: 0, parts: 1 }) {
        let after = '';
        for (;;) {
          const page = await request('scan rows', () => {
            const streams = [...tables.rows(generation).keys()].filter((it) => it > after).sort();
            const ofPart = streams.filter((stream) => partOf(stream, parts) === part).slice(0, pageRows);
            return ofPart.map((stream) => tables.get(generation, stream)?.view as StoredView<OrderView>);
          });
          yield* page;
          if (page.length < pageRows) return;
          after = page.at(-1)?.stream ?? after;
        }
      },
      allTotals: async function* () {
        yield* await request('scan totals', () =>
          [...tables.totals(generation)].map(([tenant, totals]) => ({ tenant, totals: { ...totals } })),
        );
      },
      clear: async (onProgress) => {
        for (let removed = 0; ; ) {
          const streams = await request('delete rows', () => {
            const page = [...tables.rows(generation).keys()].slice(0, pageRows);
            for (const stream of page) tables.remove(generation, stream);
            if (page.length < pageRows) tables.removeTotals(generation);
            return page;
          });
          removed += streams.length;
          onProgress?.(removed);
          if (streams.length < pageRows) return;
        }
      },
    };
    return store;
  };

/** Small, so that much can happen between two. */
const pageRows = 5;

/** What the adapter compares. */
const revisionOf = (view: StoredView<OrderView> | undefined): string | undefined =>
  view && `${view.version} ${cutToToken(view.cut)}${view.unsaid ? ' telling' : ''}`;

export const partOf = (stream: string, parts: number): number => {
  let hash = 0;
  for (let i = 0; i < stream.length; i++) hash = (Math.imul(hash, 33) ^ stream.charCodeAt(i)) >>> 0;
  return hash % parts;
};
