import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  caseTabs,
  formatQueuePlace,
  inReadingOrder,
  type QueuePlace,
  queueSteps,
  readQueuePlace,
} from '../../../services/dashboard/page/model/case-queue.ts';
import { formatRoute, parseRoute } from '../../../services/dashboard/page/model/route.ts';
import { followTrail, type Trail } from '../../../services/dashboard/page/model/trail.ts';

const pageOf = 3;

/** A list that pages forwards from either end, as the API does. */
const listOf = (length: number, first: 'oldest' | 'newest') => {
  const reading = Array.from({ length }, (_, at) => at);
  return ({ tab, sort, cursor }: QueuePlace) => {
    const items = sort === tab.first ? reading : reading.toReversed();
    const from = cursor === undefined ? 0 : Number(cursor.slice(first.length));
    const to = from + pageOf;
    return { items: items.slice(from, to), cursor: to < length ? `${first}${to}` : undefined };
  };
};

/** What a reader sees who goes where `pick` says until that way is closed. */
const walk = (length: number, start: QueuePlace, pick: 'next' | 'previous', begin: Trail = []) => {
  const answer = listOf(length, start.tab.first);
  const seen: number[][] = [];
  let place: QueuePlace | undefined = start;
  let trail = begin;
  while (place !== undefined && seen.length <= length) {
    const page = answer(place);
    trail = followTrail(trail, place.cursor);
    seen.push([...inReadingOrder(place, page.items)]);
    const to: QueuePlace | undefined = queueSteps(place, trail, page.cursor)[pick];
    if (to?.cursor !== undefined && !trail.includes(to.cursor)) trail = [...trail, to.cursor];
    place = to;
  }
  return { seen, trail };
};

describe('the place in the queue of cases', () => {
  it('is the list of all that wait, from its first page, unless the address says otherwise', () => {
    expect(readQueuePlace({})).toMatchObject({ tab: { name: '' }, sort: 'oldest', cursor: undefined });
    expect(readQueuePlace({ state: 'settled' })).toMatchObject({ tab: { name: 'settled' }, sort: 'newest' });
    expect(readQueuePlace({ state: 'no such', from: 'nowhere' })).toMatchObject({ tab: { name: '' }, sort: 'oldest' });
  });

  it('survives being an address', () => {
    const cursor = fc.option(fc.string({ minLength: 1, unit: 'binary' }), { nil: undefined });
    const sort = fc.constantFrom('oldest' as const, 'newest' as const);
    fc.assert(
      fc.property(fc.constantFrom(...caseTabs), sort, cursor, (tab, from, at) => {
        const place = { tab, sort: from, cursor: at?.isWellFormed() ? at : undefined };
        const route = parseRoute(formatRoute({ page: 'cases', query: formatQueuePlace(place) }));
        expect(route.page === 'cases' && readQueuePlace(route.query)).toEqual(place);
      }),
    );
  });
});

describe('paging through the queue', () => {
  const anyList = fc.record({ length: fc.nat(20), tab: fc.constantFrom(...caseTabs) });

  it('reads every case once and in order, from the first page with Next', () => {
    fc.assert(
      fc.property(anyList, ({ length, tab }) => {
        const { seen } = walk(length, { tab, sort: tab.first, cursor: undefined }, 'next');
        expect(seen.flat()).toEqual(Array.from({ length }, (_, at) => at));
      }),
    );
  });

  it('reads every case once and in order, from the last page with Previous', () => {
    fc.assert(
      fc.property(anyList, ({ length, tab }) => {
        const { last } = queueSteps({ tab, sort: tab.first, cursor: undefined }, [undefined], 'more');
        if (!last) throw new Error('there is a last page');
        const { seen } = walk(length, last, 'previous');
        expect(seen.toReversed().flat()).toEqual(Array.from({ length }, (_, at) => at));
      }),
    );
  });

  it('goes back the way it came', () => {
    fc.assert(
      fc.property(anyList, ({ length, tab }) => {
        const forth = walk(length, { tab, sort: tab.first, cursor: undefined }, 'next');
        const back = walk(length, { tab, sort: tab.first, cursor: forth.trail.at(-1) }, 'previous', forth.trail);
        expect(back.seen.toReversed()).toEqual(forth.seen);
      }),
    );
  });

  it('knows no way back on a page that somebody was sent a link to, but the first page and the next', () => {
    const place = readQueuePlace({ cursor: 'c3' });
    const steps = queueSteps(place, followTrail([], 'c3'), 'c6');
    expect(steps.previous).toBeUndefined();
    expect(steps).toMatchObject({ first: { cursor: undefined }, next: { cursor: 'c6' }, last: { sort: 'newest' } });
  });

  it('leads from any page of the end back to the first, from which every case can be read', () => {
    const place = readQueuePlace({ from: 'end', cursor: 'c3' });
    expect(queueSteps(place, followTrail([], 'c3'), undefined).first).toMatchObject({
      sort: 'oldest',
      cursor: undefined,
    });
  });

  it('goes nowhere where all is on one page', () => {
    const steps = queueSteps(readQueuePlace({}), [undefined], undefined);
    expect(Object.values(steps).filter((step) => step !== undefined)).toEqual([]);
    const fromEnd = queueSteps(readQueuePlace({ from: 'end' }), [undefined], undefined);
    expect(Object.values(fromEnd).filter((step) => step !== undefined)).toEqual([]);
  });
});
