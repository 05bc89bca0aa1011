import { describe, expect, it } from 'vitest';
import { fillPage } from '../../../services/dashboard/page/model/fill-page.ts';
import {
  formatOrdersPlace,
  ordersRequest,
  readOrdersPlace,
} from '../../../services/dashboard/page/model/orders-place.ts';
import { formatRoute, parseRoute } from '../../../services/dashboard/page/model/route.ts';

const queryOf = (address: string) => {
  const route = parseRoute(address);
  return route.page === 'orders' ? route.query : {};
};

describe("the orders page's address", () => {
  it('names one list, a class and a page, and says them again', () => {
    for (const address of [
      '#/orders',
      '#/orders?status=shipped',
      '#/orders?status=shipped&class=review&cursor=01X%2Fa',
      '#/orders?customer=%3Cimg%3E&class=late',
    ])
      expect(formatRoute({ page: 'orders', query: formatOrdersPlace(readOrdersPlace(queryOf(address))) })).toBe(
        address,
      );
  });

  it('is the list with open cases when it names none, and every class when it names no class', () => {
    expect(ordersRequest(readOrdersPlace(queryOf('#/orders?class=constructor')))).toEqual({
      status: undefined,
      customer: undefined,
      openCases: 'true',
      class: undefined,
      cursor: undefined,
      limit: '50',
    });
  });

  it('asks for one list only, also when it names two', () => {
    expect(ordersRequest(readOrdersPlace({ status: 'paid', customer: 'c-1' }))).toMatchObject({
      status: 'paid',
      customer: undefined,
      openCases: undefined,
    });
  });
});

describe('filling a page', () => {
  const pages: Readonly<Record<string, { readonly items: readonly number[]; readonly cursor: string | undefined }>> = {
    start: { items: [], cursor: 'a' },
    a: { items: [1], cursor: 'b' },
    b: { items: [], cursor: 'c' },
    c: { items: [2, 3], cursor: undefined },
  };
  const asked: string[] = [];
  const read = async (cursor = 'start') => {
    asked.push(cursor);
    return pages[cursor] ?? { items: [], cursor: undefined };
  };

  it('goes on past short and empty pages until there is enough', async () => {
    expect(await fillPage(read, undefined, { itemsMin: 1, requestsMax: 9 })).toEqual({
      items: [1],
      cursor: 'b',
      requests: 2,
    });
  });

  it('ends with the list', async () => {
    expect(await fillPage(read, 'a', { itemsMin: 9, requestsMax: 9 })).toEqual({
      items: [1, 2, 3],
      cursor: undefined,
      requests: 3,
    });
  });

  it('gives up after so many requests, and says where to go on', async () => {
    expect(await fillPage(read, undefined, { itemsMin: 9, requestsMax: 3 })).toEqual({
      items: [1],
      cursor: 'c',
      requests: 3,
    });
  });
});
