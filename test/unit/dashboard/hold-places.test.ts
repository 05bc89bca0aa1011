import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heldRowsMax, holdPlaces } from '../../../services/dashboard/page/model/hold-places.ts';

const held = (before: readonly string[], now: readonly string[]) => {
  const { rows, waiting } = holdPlaces(before, now, (item) => item);
  return { rows: rows.map(({ item, isGone }) => (isGone ? `(${item})` : item)), waiting };
};

describe('a list that somebody points at', () => {
  it('keeps what is gone in its place, and marks it', () => {
    expect(held(['a', 'b', 'c'], ['a', 'c'])).toEqual({ rows: ['a', '(b)', 'c'], waiting: 0 });
  });

  it('takes up what is new at its end', () => {
    expect(held(['a', 'b'], ['b', 'c', 'd'])).toEqual({ rows: ['(a)', 'b', 'c', 'd'], waiting: 0 });
  });

  it('lets wait what would push others down, and counts it', () => {
    expect(held(['b', 'c'], ['new', 'b', 'between', 'c', 'last'])).toEqual({ rows: ['b', 'c', 'last'], waiting: 2 });
  });

  it('stays of one length, however much comes and goes while somebody points at it', () => {
    const pages = Array.from({ length: 40 }, (_, page) => Array.from({ length: 50 }, (_, i) => `${page} ${i}`));
    let shown: readonly string[] = [];
    for (const now of pages) {
      const { rows, waiting } = holdPlaces(shown, now, (item) => item);
      shown = rows.map(({ item }) => item);
      expect(rows.filter(({ isGone }) => !isGone).length + waiting).toBe(now.length);
    }
    expect(shown).toHaveLength(heldRowsMax);
  });

  it('shows what is known of a row by now', () => {
    const rows = holdPlaces([{ id: 'a', age: 1 }], [{ id: 'a', age: 2 }], ({ id }) => id).rows;
    expect(rows).toEqual([{ item: { id: 'a', age: 2 }, isGone: false }]);
  });

  it('moves nothing, loses nothing and shows nothing twice, however often it is refreshed', () => {
    const ids = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 8 });
    fc.assert(
      fc.property(ids, fc.array(ids), (first, refreshes) => {
        let shown: readonly string[] = first;
        for (const now of refreshes) {
          const { rows, waiting } = holdPlaces(shown, now, (item) => item);
          const items = rows.map(({ item }) => item);
          expect(items.slice(0, shown.length)).toEqual(shown);
          expect(new Set(items).size).toBe(items.length);
          expect(rows.filter(({ isGone }) => !isGone).length + waiting).toBe(now.length);
          shown = items;
        }
      }),
    );
  });
});
