/**
 * What every view store promises, run by each adapter alike; above all that no order of puts moves a row back.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cut, coversCut, cutToToken } from '../../../domain/ledger/cut.ts';
import type { ViewStore } from '../../../domain/ports/view-store.ts';
import { collect } from '../collect.ts';

/** Rows that look like an order's. */
export interface ContractRow {
  readonly status: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

export interface ViewStoreContractOptions {
  /** Random orders of puts to try: fewer where each put costs a request. */
  readonly runs: number;
}

/** `createStore` gives an empty store each time. */
export const viewStoreContract = (
  name: string,
  createStore: () => Promise<ViewStore<ContractRow>>,
  { runs }: ViewStoreContractOptions,
): void => {
  describe(`${name} keeps the view store contract`, () => {
    const stream = 'order/acme/1001';

    it('has no row that nobody put', async () => {
      const store = await createStore();
      expect(await store.get(stream)).toBeUndefined();
      expect(await collect(store.all())).toEqual([]);
    });

    it('gives back the row and its cut', async () => {
      const store = await createStore();
      const view = {
        stream,
        cut: { 'us-east-1': 7, 'eu-west-1': 9_999_999_999 },
        row: {
          status: 'paid',
          fields: { note: '', lines: [], tags: ['é', '👩‍👧'], deep: { 'a.b': [null, 1.5, -1e-7] } },
        },
      };
      expect(await store.put(view)).toEqual({ kind: 'stored' });
      expect(await store.get(stream)).toEqual(view);
    });

    it('keeps rows of different streams apart and lists each once', async () => {
      const store = await createStore();
      const views = Array.from({ length: 20 }, (_, i) => ({
        stream: `order/acme/${i}`,
        cut: { 'us-east-1': i + 1 },
        row: { status: 'x'.repeat(100_000) },
      }));
      for (const view of views) await store.put(view);
      const listed = await collect(store.all());
      expect(listed.sort((left, right) => seqOf(left.cut) - seqOf(right.cut))).toEqual(views);
    });

    it('lets a row that has seen the same take the place of the last one', async () => {
      const store = await createStore();
      await store.put({ stream, cut: { 'us-east-1': 2 }, row: { status: 'paid', fields: { note: 'old' } } });
      expect(await store.put({ stream, cut: { 'us-east-1': 2 }, row: { status: 'packed' } })).toEqual({
        kind: 'stored',
      });
      expect(await store.get(stream)).toEqual({ stream, cut: { 'us-east-1': 2 }, row: { status: 'packed' } });
    });

    it.each([
      ['a smaller number', { 'us-east-1': 4, 'eu-west-1': 2 }, { 'us-east-1': 3, 'eu-west-1': 2 }],
      [
        'more of one region and less of another',
        { 'us-east-1': 4, 'eu-west-1': 2 },
        { 'us-east-1': 3, 'eu-west-1': 9 },
      ],
      ['a region missing', { 'us-east-1': 4, 'eu-west-1': 2 }, { 'us-east-1': 9 }],
      ['another region in its place', { 'us-east-1': 4 }, { 'eu-west-1': 9 }],
      ['nothing', { 'us-east-1': 1 }, {}],
    ])('refuses a row that has seen %s, and says what stands', async (_, stands, late) => {
      const store = await createStore();
      await store.put({ stream, cut: stands, row: { status: 'stands' } });
      const refused = await store.put({ stream, cut: late, row: { status: 'late' } });
      expect(refused).toEqual({ kind: 'behind', storedCut: stands });
      expect(await store.get(stream)).toEqual({ stream, cut: stands, row: { status: 'stands' } });
    });

    it('takes a row when regions join its stream, one by one or together', async () => {
      const store = await createStore();
      const cuts: readonly Cut[] = [
        {},
        { 'us-east-1': 1 },
        { 'eu-west-1': 3, 'us-east-1': 1 },
        { 'ap-south-1': 1, 'eu-west-1': 3, 'sa-east-1': 2, 'us-east-1': 10 },
      ];
      for (const cut of cuts) {
        expect(await store.put({ stream, cut, row: { status: cutToToken(cut) } })).toEqual({ kind: 'stored' });
        expect(await store.get(stream)).toEqual({ stream, cut, row: { status: cutToToken(cut) } });
      }
    });

    it('takes a number of zero for a region that was not seen', async () => {
      const store = await createStore();
      await store.put({ stream, cut: { 'us-east-1': 2, 'eu-west-1': 0 }, row: { status: 'first' } });
      expect(await store.put({ stream, cut: { 'us-east-1': 2 }, row: { status: 'second' } })).toEqual({
        kind: 'stored',
      });
      expect((await store.get(stream))?.cut).toEqual({ 'us-east-1': 2 });
    });

    it('compares numbers as numbers', async () => {
      const store = await createStore();
      await store.put({ stream, cut: { 'us-east-1': 9 }, row: { status: 'nine' } });
      expect(await store.put({ stream, cut: { 'us-east-1': 10 }, row: { status: 'ten' } })).toEqual({ kind: 'stored' });
    });

    it('never goes back for any order of puts', async () => {
      let run = 0;
      const store = await createStore();
      await fc.assert(
        fc.asyncProperty(fc.array(cutArbitrary, { minLength: 2, maxLength: 8 }), async (cuts) => {
          run += 1;
          const name = `order/acme/run-${run}`;
          let standing: Cut | undefined;
          for (const cut of cuts) {
            const result = await store.put({ stream: name, cut, row: { status: cutToToken(cut) } });
            const isCovered = standing === undefined || coversCut(cut, standing);
            expect(result).toEqual(isCovered ? { kind: 'stored' } : { kind: 'behind', storedCut: standing });
            if (isCovered) standing = cut;
            expect(await store.get(name)).toEqual({
              stream: name,
              cut: standing,
              row: { status: cutToToken(standing ?? {}) },
            });
          }
        }),
        { numRuns: runs },
      );
    });

    it('never goes back when the puts race each other', async () => {
      let run = 0;
      const store = await createStore();
      await fc.assert(
        fc.asyncProperty(fc.array(cutArbitrary, { minLength: 2, maxLength: 6 }), async (cuts) => {
          run += 1;
          const name = `order/acme/race-${run}`;
          const results = await Promise.all(
            cuts.map((cut) => store.put({ stream: name, cut, row: { status: cutToToken(cut) } })),
          );
          const stored = cuts.filter((_, i) => results[i]?.kind === 'stored');
          const last = await store.get(name);
          expect(stored.length).toBeGreaterThan(0);
          for (const cut of stored) expect(coversCut(last?.cut ?? {}, cut)).toBe(true);
          expect(last?.row.status).toBe(cutToToken(last?.cut ?? {}));
        }),
        { numRuns: runs },
      );
    });
  });
};

const seqOf = (cut: Cut): number => cut['us-east-1'] ?? 0;

/** Cuts of up to three regions that nearly agree, so that every way of covering and missing occurs. */
const cutArbitrary: fc.Arbitrary<Cut> = fc.record(
  {
    'us-east-1': fc.integer({ min: 1, max: 4 }),
    'eu-west-1': fc.integer({ min: 1, max: 3 }),
    'ap-south-1': fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: [], noNullPrototype: true },
);
