/**
 * What every view store promises, run by each adapter alike; above all that a row is replaced only over the row that was
 * read, and that totals are always the sum of what the rows say they contribute.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cut } from '../../../domain/ledger/cut.ts';
import type {
  ListPage,
  ListQuery,
  OpenViews,
  Replacement,
  StoredView,
  Totals,
  ViewStore,
} from '../../../domain/ports/view-store.ts';
import { collect } from '../collect.ts';

/** Rows that look like an order's. */
export interface ContractRow {
  readonly note: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

export interface ViewStoreContractOptions {
  /** Random sequences of replacements to try: fewer where each costs a request. */
  readonly runs: number;
}

/** `createViews` gives empty views each time. */
export const viewStoreContract = (
  name: string,
  createViews: () => Promise<OpenViews<ContractRow>>,
  { runs }: ViewStoreContractOptions,
): void => {
  const createStore = async (): Promise<ViewStore<ContractRow>> => (await createViews())('g0001');

  describe(`${name} keeps the view store contract`, () => {
    describe('a row', () => {
      it('is not there before anybody stored it', async () => {
        const store = await createStore();
        expect(await store.get(streamOf(1))).toBeUndefined();
        expect(await store.getAll([streamOf(1)])).toEqual([]);
        expect(await collect(store.all())).toEqual([]);
        expect(await store.totals('acme')).toEqual({});
        expect(await collect(store.allTotals())).toEqual([]);
      });

      it('comes back with all that was stored with it', async () => {
        const store = await createStore();
        const view: StoredView<ContractRow> = {
          stream: streamOf(1),
          cut: { 'us-east-1': 7, 'eu-west-1': 9_999_999_999 },
          version: '0001.0003',
          foldedAtMs: 1_790_000_000_123,
          listing: { tenant: 'acme', place: 'p/1', status: 'paid', customerId: 'anna', openCase: 'c/1' },
          contribution: { orders: 1, 'money.captured.EUR': -1250, 'a b/ü@#:': 3 },
          row: { note: 'é 👩‍👧', fields: { lines: [], deep: { 'a.b': [null, 1.5, -1e-7, ''] } } },
        };
        expect(await store.replace({ view, over: undefined })).toBe('replaced');
        expect(await store.get(view.stream)).toEqual(view);
        expect(await store.getAll([view.stream])).toEqual([view]);
        expect(await collect(store.all())).toEqual([view]);
        expect(await store.totals('acme')).toEqual(view.contribution);
      });

      it('needs neither a customer nor a case nor a version nor a contribution', async () => {
        const store = await createStore();
        const view = { ...viewOf(1), version: '', cut: {}, contribution: {} };
        expect(await store.replace({ view, over: undefined })).toBe('replaced');
        const stored = await store.get(view.stream);
        expect(stored).toEqual(view);
        expect(await store.replace({ view: { ...view, version: '1' }, over: stored })).toBe('replaced');
        expect(await store.totals('acme')).toEqual({});
      });

      it('takes the place of the one that was read, and of no other', async () => {
        const store = await createStore();
        const first = viewOf(1, { cut: { 'us-east-1': 1 } });
        const second = viewOf(1, { cut: { 'us-east-1': 2 }, status: 'paid' });
        const third = viewOf(1, { cut: { 'us-east-1': 3 }, status: 'packed' });
        expect(await store.replace({ view: second, over: first })).toBe('lost');
        expect(await store.get(first.stream)).toBeUndefined();
        expect(await store.replace({ view: first, over: undefined })).toBe('replaced');
        expect(await store.replace({ view: third, over: undefined })).toBe('lost');
        expect(await store.replace({ view: second, over: first })).toBe('replaced');
        expect(await store.replace({ view: third, over: first })).toBe('lost');
        expect(await store.get(first.stream)).toEqual(second);
        expect(await store.replace({ view: third, over: second })).toBe('replaced');
        expect(await store.totals('acme')).toEqual(third.contribution);
      });

      it.each<[string, Partial<ViewOptions>]>([
        ['the cut', { cut: { 'us-east-1': 11 } }],
        ['the writers of the cut', { cut: { 'us-east-1': 1, 'eu-west-1': 1 } }],
        ['the version', { version: '0002' }],
        ['the contribution', { amount: 77 }],
      ])('is lost when %s of what stands is another', async (_, change) => {
        const store = await createStore();
        const standing = viewOf(1, { cut: { 'us-east-1': 1 }, ...change });
        await store.replace({ view: standing, over: undefined });
        const next = viewOf(1, { cut: { 'us-east-1': 2 } });
        expect(await store.replace({ view: next, over: viewOf(1, { cut: { 'us-east-1': 1 } }) })).toBe('lost');
        expect(await store.get(standing.stream)).toEqual(standing);
        expect(await store.totals('acme')).toEqual(standing.contribution);
      });

      it('is stored by one of those who store the very same', async () => {
        const store = await createStore();
        const [first, second] = [viewOf(1), viewOf(1, { cut: { 'us-east-1': 2 }, amount: 7 })];
        expect(await store.replace({ view: first, over: undefined })).toBe('replaced');
        expect(await store.replace({ view: first, over: undefined })).toBe('lost');
        const answers = await Promise.all([1, 2, 3, 4].map(() => store.replace({ view: second, over: first })));
        expect(answers.sort()).toEqual(['lost', 'lost', 'lost', 'replaced']);
        await expectTotals(store, [second]);
      });

      it('is the same one whenever it was folded, and a zero in a cut is nothing', async () => {
        const store = await createStore();
        const view = viewOf(1, { cut: { 'us-east-1': 2, 'eu-west-1': 0 } });
        await store.replace({ view, over: undefined });
        expect((await store.get(view.stream))?.cut).toEqual({ 'us-east-1': 2 });
        const read = { ...view, cut: { 'us-east-1': 2 }, foldedAtMs: 5 };
        expect(await store.replace({ view: viewOf(1, { cut: { 'us-east-1': 3 } }), over: read })).toBe('replaced');
      });

      it('that is too large is a fault that no retry cures, and changes nothing', async () => {
        const store = await createStore();
        const large = { ...viewOf(1), row: { note: 'x'.repeat(400_000) } };
        const many = { ...viewOf(2), contribution: Object.fromEntries(range(101).map((i) => [`t${i}`, 1])) };
        for (const view of [large, many]) {
          const fault = { code: 'entry-too-large', retryable: false };
          await expect(store.replace({ view, over: undefined })).rejects.toMatchObject(fault);
          await expect(
            store.replaceAll([viewOf(3), view, viewOf(4)].map((it) => ({ view: it, over: undefined }))),
          ).rejects.toMatchObject(fault);
        }
        expect(await collect(store.all())).toEqual([]);
        expect(await store.totals('acme')).toEqual({});
      });

      it('may be large', async () => {
        const store = await createStore();
        const view = { ...viewOf(1), row: { note: 'é'.repeat(190_000) } };
        expect(await store.replace({ view, over: undefined })).toBe('replaced');
        expect(await store.get(view.stream)).toEqual(view);
      });
    });

    describe('totals', () => {
      it('are the sum of the contributions, whatever was replaced, lost or repeated', async () => {
        const views = await createViews();
        let run = 0;
        await fc.assert(
          fc.asyncProperty(fc.array(stepArbitrary, { minLength: 1, maxLength: 25 }), async (steps) => {
            run += 1;
            const store = views(`run-${run}`);
            const model = new Map<string, StoredView<ContractRow>>();
            for (const [i, step] of steps.entries()) {
              const { stream } = viewOf(step.order, { tenant: step.tenant });
              const over = step.isStale ? viewOf(step.order, { tenant: step.tenant, amount: 999 }) : model.get(stream);
              const view = viewOf(step.order, { ...step, cut: { 'us-east-1': i + 1 } });
              expect(await store.replace({ view, over })).toBe(step.isStale ? 'lost' : 'replaced');
              if (!step.isStale) model.set(stream, view);
            }
            await expectTotals(store, [...model.values()]);
          }),
          { numRuns: runs },
        );
      });

      it('count every row of many that are written at once', async () => {
        const store = await createStore();
        const views = range(60).map((i) => viewOf(i, { amount: i }));
        const answers = await Promise.all(views.map((view) => store.replace({ view, over: undefined })));
        expect(answers).toEqual(views.map(() => 'replaced'));
        await expectTotals(store, views);
      });

      it('follow the one of many that won the same row', async () => {
        const store = await createStore();
        let standing: StoredView<ContractRow> | undefined;
        for (let round = 0; round < 4; round++) {
          const over = standing;
          const rivals = range(8).map((i) => viewOf(1, { cut: { 'us-east-1': 10 * round + i + 1 }, amount: i }));
          const answers = await Promise.all(rivals.map((view) => store.replace({ view, over })));
          const winners = rivals.filter((_, i) => answers[i] === 'replaced');
          expect(winners).toHaveLength(1);
          standing = await store.get(streamOf(1));
          expect([standing]).toEqual(winners);
          await expectTotals(store, winners);
        }
      });

      it('go below zero, and drop a name that comes to nothing', async () => {
        const store = await createStore();
        const refunded = { ...viewOf(1), contribution: { orders: 1, money: -500 } };
        const paidBack = { ...viewOf(2), contribution: { orders: 1, money: 500 } };
        await store.replace({ view: refunded, over: undefined });
        expect(await store.totals('acme')).toEqual({ orders: 1, money: -500 });
        await store.replace({ view: paidBack, over: undefined });
        expect(await store.totals('acme')).toEqual({ orders: 2 });
      });

      it('hold sums past what a number counts exactly, without a fault', async () => {
        const store = await createStore();
        const rich = range(40).map((i) => ({ ...viewOf(i), contribution: { money: 9e15 } }));
        await store.replaceAll(rich.map((view) => ({ view, over: undefined })));
        expect((await store.totals('acme'))['money']).toBeCloseTo(3.6e17, -3);
        expect(await collect(store.allTotals())).toHaveLength(1);
      });
    });

    describe('many replacements', () => {
      it('are answered one by one, in their order', async () => {
        const store = await createStore();
        const before = range(150).map((i) => viewOf(i, { tenant: i % 3 === 0 ? 'zeta' : 'acme', amount: i }));
        expect(await store.replaceAll(before.map((view) => ({ view, over: undefined })))).toEqual(
          before.map(() => 'replaced'),
        );
        await expectTotals(store, before);
        const after = before.map((view, i): Replacement<ContractRow> => {
          const next = { ...viewOf(i, { cut: { 'us-east-1': 2 } }), stream: view.stream, listing: view.listing };
          if (i % 10 === 3) return { view: next, over: undefined };
          if (i % 10 === 4) return { view: next, over: { ...view, version: 'another' } };
          // Changes no total.
          if (i % 10 === 5) return { view: { ...next, contribution: view.contribution }, over: view };
          return { view: next, over: view };
        });
        const isLost = (i: number): boolean => i % 10 === 3 || i % 10 === 4;
        expect(await store.replaceAll(after)).toEqual(after.map((_, i) => (isLost(i) ? 'lost' : 'replaced')));
        const expected = after.map(({ view }, i) => (isLost(i) ? (before[i] ?? view) : view));
        expect(byStream(await collect(store.all()))).toEqual(byStream(expected));
        await expectTotals(store, expected);
      });

      it('are none, one, or far more than fit one request', async () => {
        const store = await createStore();
        expect(await store.replaceAll([])).toEqual([]);
        const one = viewOf(0);
        expect(await store.replaceAll([{ view: one, over: undefined }])).toEqual(['replaced']);
        const large = range(40).map((i) => ({ ...viewOf(i + 1), row: { note: 'x'.repeat(150_000) } }));
        expect(await store.replaceAll(large.map((view) => ({ view, over: undefined })))).toEqual(
          large.map(() => 'replaced'),
        );
        const listed = await collect(store.all());
        expect(byStream(listed).map(({ stream }) => stream)).toEqual(
          byStream([one, ...large]).map(({ stream }) => stream),
        );
        await expectTotals(store, [one, ...large]);
      });

      it('of many names of totals add them all', async () => {
        const store = await createStore();
        const views = range(30).map((i) => ({
          ...viewOf(i),
          contribution: Object.fromEntries(range(90).map((name) => [`total.${i % 5}.${name}`, i])),
        }));
        await store.replaceAll(views.map((view) => ({ view, over: undefined })));
        await expectTotals(store, views);
      });

      it('of two writers at once end with one winner a row', async () => {
        const store = await createStore();
        const groupOf = (amount: number) => range(80).map((i) => ({ view: viewOf(i, { amount }), over: undefined }));
        const [left = [], right = []] = await Promise.all([
          store.replaceAll(groupOf(1)),
          store.replaceAll([...groupOf(2)].reverse()).then((answers) => [...answers].reverse()),
        ]);
        for (const i of range(80)) expect([left[i], right[i]].sort()).toEqual(['lost', 'replaced']);
        await expectTotals(store, await collect(store.all()));
      });
    });

    describe('reading', () => {
      it('finds more than a hundred rows at once, each once, and leaves out what is not there', async () => {
        const store = await createStore();
        const views = range(230).map((i) => viewOf(i));
        await store.replaceAll(views.map((view) => ({ view, over: undefined })));
        const streams = [...views.map(({ stream }) => stream), streamOf(1), streamOf(999), 'order/acme/none'];
        expect(byStream(await store.getAll(streams))).toEqual(byStream(views));
        expect(await store.getAll([])).toEqual([]);
      });

      it('finds rows that together are larger than any answer', async () => {
        const store = await createStore();
        const views = range(46).map((i) => ({ ...viewOf(i), row: { note: `${i} `.padEnd(375_000, 'x') } }));
        await store.replaceAll(views.map((view) => ({ view, over: undefined })));
        const found = byStream(await store.getAll(views.map(({ stream }) => stream)));
        expect(found.map(({ row }) => row.note.slice(0, 3))).toEqual(
          byStream(views).map(({ row }) => row.note.slice(0, 3)),
        );
      });

      it('in parts gives every row in one of them', async () => {
        const store = await createStore();
        const views = range(120).map((i) => viewOf(i));
        await store.replaceAll(views.map((view) => ({ view, over: undefined })));
        for (const parts of [1, 3, 8]) {
          const found = await Promise.all(range(parts).map((part) => collect(store.all({ part, parts }))));
          expect(byStream(found.flat())).toEqual(byStream(views));
          if (parts > 1) expect(found.every((rows) => rows.length < views.length)).toBe(true);
        }
      });
    });

    describe('tenants', () => {
      it('never mix, whatever their names have in common', async () => {
        const store = await createStore();
        const tenants = ['a', 'a.b', 'ab', 'A', 'a-b'];
        const views = tenants.map((tenant, i) => viewOf(1, { tenant, amount: i + 1, openCase: 'c1' }));
        for (const view of views) await store.replace({ view, over: undefined });
        for (const [i, tenant] of tenants.entries()) {
          expect(await store.totals(tenant)).toEqual(views[i]?.contribution);
          for (const query of allLists(tenant)) expect(await pagesOf(store, query)).toEqual([views[i]]);
        }
        expect(await store.totals('b')).toEqual({});
        const totals = await collect(store.allTotals());
        expect(totals.map(({ tenant }) => tenant).sort()).toEqual([...tenants].sort());
      });
    });

    describe('generations', () => {
      it('never mix, and the same name is the same rows', async () => {
        const views = await createViews();
        const [live, built] = [views('g0001'), views('g0010')];
        const [left, right] = [viewOf(1, { amount: 1, openCase: 'c' }), viewOf(1, { amount: 2, openCase: 'c' })];
        expect(await live.replace({ view: left, over: undefined })).toBe('replaced');
        expect(await built.get(left.stream)).toBeUndefined();
        expect(await built.replace({ view: right, over: undefined })).toBe('replaced');
        for (const [store, view] of [
          [views('g0001'), left],
          [built, right],
        ] as const) {
          expect(await store.get(view.stream)).toEqual(view);
          expect(await collect(store.all())).toEqual([view]);
          for (const query of allLists('acme')) expect(await pagesOf(store, query)).toEqual([view]);
          await expectTotals(store, [view]);
        }
      });

      it('are cleared alone, with rows, lists and totals, and say how far they are', async () => {
        const views = await createViews();
        const [old, live] = [views('g0001'), views('g0002')];
        const rows = range(70).map((i) => viewOf(i, { openCase: `c${i}` }));
        for (const store of [old, live]) await store.replaceAll(rows.map((view) => ({ view, over: undefined })));
        const progress: number[] = [];
        await old.clear((done) => progress.push(done));
        expect(progress.at(-1)).toBe(rows.length);
        expect(progress).toEqual([...progress].sort((left, right) => left - right));
        expect(await collect(old.all())).toEqual([]);
        for (const query of allLists('acme')) expect(await pagesOf(old, query)).toEqual([]);
        await expectTotals(old, []);
        expect(byStream(await collect(live.all()))).toEqual(byStream(rows));
        await expectTotals(live, rows);
        await old.clear();
      });
    });

    describe('lists', () => {
      const place = (i: number): string => `01ARZ3NDEKTSV4RRFFQ69G${String(i).padStart(4, '0')}/${i}`;

      it('give every row once, newest place first, in pages of any size', async () => {
        const store = await createStore();
        const views = range(53).map((i) => viewOf(i, { place: place(i) }));
        await store.replaceAll(views.map((view) => ({ view, over: undefined })));
        const newestFirst = [...views].reverse();
        for (const query of [byStatus('placed'), byCustomer('anna')])
          for (const limit of [1, 7, 52, 53, 54, 200]) {
            const pages = await readPages(store, { ...query, limit });
            expect(pages.flatMap((page) => page.views)).toEqual(newestFirst);
            expect(pages.slice(0, -1).every((page) => page.views.length === limit)).toBe(true);
          }
      });

      it('say that a page is the last one, even when it is full', async () => {
        const store = await createStore();
        const views = range(10).map((i) => viewOf(i, { place: place(i), openCase: place(i) }));
        await store.replaceAll(views.map((view) => ({ view, over: undefined })));
        for (const query of allLists('acme')) {
          expect((await store.list({ ...query, limit: 10 })).next).toBeUndefined();
          expect((await store.list({ ...query, limit: 9 })).next).toBeDefined();
        }
      });

      it('give open cases oldest first, and only those', async () => {
        const store = await createStore();
        const waiting = range(31).map((i) => viewOf(i, { place: place(100 - i), openCase: place(i) }));
        const settled = range(9).map((i) => viewOf(50 + i, { place: place(200 + i) }));
        await store.replaceAll([...waiting, ...settled].map((view) => ({ view, over: undefined })));
        for (const limit of [1, 4, 31, 100]) expect(await pagesOf(store, { ...openCases, limit })).toEqual(waiting);
      });

      it('can each be turned round, and are then the same list from its end', async () => {
        const store = await createStore();
        // Two lists of their own: the order of the one is not that of the other.
        const views = range(37).map((i) => viewOf(i, { place: place(i), openCase: place((i * 11) % 37) }));
        await store.replaceAll(views.map((view) => ({ view, over: undefined })));
        for (const query of allLists('acme')) {
          const oldestFirst = views.toSorted((left, right) => (spotOf(left, query) < spotOf(right, query) ? -1 : 1));
          for (const pageLimit of [1, 6, 37, 100])
            for (const [sort, expected] of [
              ['oldest', oldestFirst],
              ['newest', oldestFirst.toReversed()],
            ] as const) {
              const pages = await readPages(store, { ...query, sort, limit: pageLimit });
              expect(pages.flatMap((page) => page.views)).toEqual(expected);
              expect(pages.slice(0, -1).every((page) => page.views.length === pageLimit)).toBe(true);
            }
        }
      });

      it('have no gap and no repetition while rows are added at both ends', async () => {
        const store = await createStore();
        const add = async (from: number, to: number): Promise<readonly StoredView<ContractRow>[]> => {
          const views = range(to - from).map((i) =>
            viewOf(from + i, { place: place(from + i), openCase: place(from + i) }),
          );
          await store.replaceAll(views.map((view) => ({ view, over: undefined })));
          return views;
        };
        const views = await add(100, 130);
        for (const query of allLists('acme')) {
          const isNewestFirst = query.list !== 'open-cases';
          const first = await store.list({ ...query, limit: 11 });
          const grown = { status: 1, customer: 2, 'open-cases': 3 }[query.list];
          await add(100 - 5 * grown, 105 - 5 * grown);
          await add(125 + 5 * grown, 130 + 5 * grown);
          const rest = await pagesOf(store, { ...query, limit: 7, after: first.next });
          const seen = [...first.views, ...rest].map(({ stream }) => stream);
          expect(new Set(seen).size).toBe(seen.length);
          const ordered = isNewestFirst ? [...views].reverse() : views;
          expect(seen.filter((stream) => views.some((view) => view.stream === stream))).toEqual(
            ordered.map(({ stream }) => stream),
          );
        }
      });

      it('follow a row that changes its status, its customer, its place or its case', async () => {
        const store = await createStore();
        const before = viewOf(1, { place: place(5), openCase: place(9) });
        const other = viewOf(2, { place: place(4), openCase: place(8) });
        const after = viewOf(1, { cut: { 'us-east-1': 2 }, place: place(3), status: 'paid', customerId: 'ben' });
        await store.replaceAll([before, other].map((view) => ({ view, over: undefined })));
        expect(await pagesOf(store, byStatus('placed'))).toEqual([before, other]);
        expect(await pagesOf(store, byCustomer('anna'))).toEqual([before, other]);
        expect(await pagesOf(store, openCases)).toEqual([other, before]);
        await store.replace({ view: after, over: before });
        expect(await pagesOf(store, byStatus('placed'))).toEqual([other]);
        expect(await pagesOf(store, byStatus('paid'))).toEqual([after]);
        expect(await pagesOf(store, byCustomer('anna'))).toEqual([other]);
        expect(await pagesOf(store, byCustomer('ben'))).toEqual([after]);
        expect(await pagesOf(store, openCases)).toEqual([other]);
        const moved = viewOf(1, { ...after, cut: { 'us-east-1': 3 }, place: place(6), status: 'placed' });
        await store.replace({ view: moved, over: after });
        expect(await pagesOf(store, byStatus('placed'))).toEqual([moved, other]);
        expect(await pagesOf(store, byStatus('paid'))).toEqual([]);
      });

      it('take customers and statuses of any characters, and of any length', async () => {
        const store = await createStore();
        const names = ['a/b', 'a', '/', '#', '00', 'ä 👩‍👧', 'A', '', ' ', 'x'.repeat(3_000), 'x'.repeat(3_001)];
        const views = names.map((odd, i) => viewOf(i, { customerId: odd, status: odd, place: place(i) }));
        await store.replaceAll(views.map((view) => ({ view, over: undefined })));
        for (const [i, odd] of names.entries()) {
          expect(await pagesOf(store, byCustomer(odd))).toEqual([views[i]]);
          expect(await pagesOf(store, byStatus(odd))).toEqual([views[i]]);
        }
        expect(await pagesOf(store, byCustomer('y'.repeat(5_000)))).toEqual([]);
      });

      it('take any text as the place to go on from', async () => {
        const store = await createStore();
        const views = range(3).map((i) => viewOf(i, { place: place(i), openCase: place(i) }));
        await store.replaceAll(views.map((view) => ({ view, over: undefined })));
        const [oldest, , newest] = views;
        for (const [after, isPast] of [
          ['', false],
          ['zz', true],
          ['~'.repeat(5_000), true],
          ['👩‍👧'.repeat(500), true],
          [' ', false],
        ] as const) {
          const [all, none] = [[...views], []];
          for (const query of allLists('acme')) {
            expect(await pagesOf(store, { ...query, sort: 'oldest', after })).toEqual(isPast ? none : all);
            expect(await pagesOf(store, { ...query, sort: 'newest', after })).toEqual(isPast ? all.toReversed() : none);
          }
        }
        expect(await pagesOf(store, { ...byStatus('placed'), after: newest?.listing.place })).toHaveLength(2);
        expect(await pagesOf(store, { ...openCases, after: oldest?.listing.openCase })).toHaveLength(2);
      });
    });
  });
};

interface ViewOptions {
  readonly tenant: string;
  readonly cut: Cut;
  readonly version: string;
  readonly status: string;
  readonly place: string;
  readonly customerId: string | undefined;
  readonly openCase: string | undefined;
  readonly amount: number;
}

const streamOf = (order: number, tenant = 'acme'): string => `order/${tenant}/${order}`;

export const viewOf = (order: number, options: Partial<ViewOptions> = {}): StoredView<ContractRow> => {
  const { tenant = 'acme', cut = { 'us-east-1': 1 }, version = '0001', status = 'placed', amount = 100 } = options;
  const { place = `p/${String(order).padStart(4, '0')}`, customerId = 'anna', openCase } = options;
  return {
    stream: streamOf(order, tenant),
    cut,
    version,
    foldedAtMs: 1_790_000_000_000,
    listing: { tenant, place, status, customerId, ...(openCase === undefined ? {} : { openCase }) },
    contribution: { orders: 1, [`status.${status}`]: 1, ...(amount === 0 ? {} : { 'money.captured.EUR': amount }) },
    row: { note: `${order} ${status}` },
  };
};

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

const byStream = (views: readonly StoredView<ContractRow>[]): readonly StoredView<ContractRow>[] =>
  [...views].sort((left, right) => (left.stream < right.stream ? -1 : 1));

const limit = 100;
const byStatus = (status: string, tenant = 'acme') => ({ tenant, list: 'status', status, limit }) as const;
const byCustomer = (customerId: string, tenant = 'acme') => ({ tenant, list: 'customer', customerId, limit }) as const;
const openCases = { tenant: 'acme', list: 'open-cases', limit } as const;
const allLists = (tenant: string): readonly ListQuery[] => [
  byStatus('placed', tenant),
  byCustomer('anna', tenant),
  { ...openCases, tenant },
];

const readPages = async (
  store: ViewStore<ContractRow>,
  query: ListQuery,
): Promise<readonly ListPage<ContractRow>[]> => {
  const pages: ListPage<ContractRow>[] = [];
  for (let after = query.after; ; ) {
    const page = await store.list({ ...query, after });
    pages.push(page);
    if (page.next === undefined) return pages;
    expect(page.next).not.toBe(after);
    after = page.next;
  }
};

const spotOf = ({ listing }: StoredView<ContractRow>, { list }: ListQuery): string =>
  list === 'open-cases' ? (listing.openCase ?? '') : listing.place;

const pagesOf = async (store: ViewStore<ContractRow>, query: ListQuery): Promise<readonly StoredView<ContractRow>[]> =>
  (await readPages(store, query)).flatMap(({ views }) => views);

/** By another way than the adapters': from scratch. */
const expectTotals = async (
  store: ViewStore<ContractRow>,
  views: readonly StoredView<ContractRow>[],
): Promise<void> => {
  const expected = new Map<string, Record<string, number>>();
  for (const { listing, contribution } of views) {
    const sums = expected.get(listing.tenant) ?? {};
    for (const [name, amount] of Object.entries(contribution)) sums[name] = (sums[name] ?? 0) + amount;
    expected.set(listing.tenant, sums);
  }
  const withoutZeros = (totals: Totals): Totals =>
    Object.fromEntries(Object.entries(totals).filter(([, amount]) => amount !== 0));
  for (const [tenant, sums] of expected) expect(await store.totals(tenant)).toEqual(withoutZeros(sums));
  const stored = await collect(store.allTotals());
  expect(Object.fromEntries(stored.map(({ tenant, totals }) => [tenant, totals]))).toEqual(
    Object.fromEntries([...expected].map(([tenant, sums]) => [tenant, withoutZeros(sums)])),
  );
};

const stepArbitrary = fc.record({
  order: fc.integer({ min: 1, max: 4 }),
  tenant: fc.constantFrom('acme', 'zeta'),
  status: fc.constantFrom('placed', 'paid', 'packed'),
  amount: fc.constantFrom(0, 5, -5, 1_000),
  isStale: fc.boolean(),
});
