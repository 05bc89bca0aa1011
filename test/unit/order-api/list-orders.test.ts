import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { createLiveViews } from '../../../projections/read-models/live-views.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { cancelled, type EventDraft, packed, paid, placed, shipped } from '../../support/builders/retail-drafts.ts';
import { createTestApi, type OrderApiClient, startMs } from '../../support/order-api-client.ts';
import { createProjectedRegion, nowMs } from '../../support/projected-orders.ts';

const placedBy = (customerId: string): EventDraft => ({ ...placed(), data: { ...placed().data, customerId } });

/** A minute after the one before. */
const ledgerOf = (tenant: string, order: number) =>
  createLedger({ stream: `order/${tenant}/${1000 + order}`, startMs: startMs + order * 60_000, seed: 1 + order });

const plainOrder = (tenant: string, order: number, drafts: readonly EventDraft[]): readonly Entry[] => {
  const us = ledgerOf(tenant, order).at('us-east-1');
  return drafts.map((draft) => us.append(draft));
};

/** Shipped in one region and cancelled in the other: a person is asked. */
const disputedOrder = (tenant: string, order: number): readonly Entry[] => {
  const ledger = ledgerOf(tenant, order);
  const [us, eu] = [ledger.at('us-east-1'), ledger.at('eu-west-1')];
  us.append([placedBy('ana'), paid()]);
  ledger.replicateAll();
  us.append([packed(), shipped()]);
  eu.append(cancelled());
  return ledger.entries();
};

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i + 1);

/** 1001 to 1023 placed, of three customers in turn; 1024 to 1028 disputed, 1029 shipped. Another tenant has the same. */
const ordersOf = (tenant: string): readonly Entry[] => [
  ...numbers(23).flatMap((order) => plainOrder(tenant, order, [placedBy(['ana', 'bo', 'cy'][order % 3] ?? '')])),
  ...numbers(5).flatMap((order) => disputedOrder(tenant, 23 + order)),
  ...plainOrder(tenant, 29, [placedBy('ana'), paid(), packed(), shipped()]),
];

const createShop = async (entries: readonly Entry[] = ordersOf('acme')): Promise<OrderApiClient> => {
  const region = await createProjectedRegion(entries);
  return createTestApi(region.eventStore, { views: createLiveViews(region) });
};

type Query = Readonly<Record<string, string>>;

/** The pages until one has no cursor, as order ids. */
const readPages = async (api: OrderApiClient, query: Query): Promise<readonly (readonly string[])[]> => {
  const pages: (readonly string[])[] = [];
  let cursor: string | undefined;
  do {
    const reply = await api.get('/orders', { query: { ...query, ...(cursor !== undefined && { cursor }) } });
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    pages.push(reply.body.orders.map(({ orderId }: { orderId: string }) => orderId));
    cursor = reply.body.cursor;
  } while (cursor !== undefined);
  return pages;
};

const ids = (from: number, to: number): readonly string[] =>
  numbers(29)
    .map((order) => 1000 + order)
    .filter((id) => id >= from && id <= to)
    .map(String);

describe('list orders', () => {
  it('says of each order what a list shows, how many ask for a person, and how old that is', async () => {
    const api = await createShop();
    const reply = await api.get('/orders', { query: { status: 'shipped', limit: '2' } });
    expect(reply.headers).toMatchObject({ 'content-type': 'application/json', 'rejoin-region': 'us-east-1' });
    expect(reply.body).toEqual({
      cursor: expect.any(String),
      orders: [
        {
          orderId: '1029',
          status: 'shipped',
          provisional: false,
          class: 'none',
          customerId: 'ana',
          currency: 'BRL',
          money: { captured: 9980, refunded: 0 },
          openCases: 0,
          token: 'us-east-1:4',
          foldedAt: new Date(nowMs).toISOString(),
          region: 'us-east-1',
        },
        expect.objectContaining({
          orderId: '1028',
          provisional: true,
          class: 'review',
          openCases: 1,
          token: 'eu-west-1:1,us-east-1:2',
        }),
      ],
    });
  });

  it.each(['1', '4', '23', '100'])('pages through a status completely, newest first, %s at a time', async (limit) => {
    const pages = await readPages(await createShop(), { status: 'placed', limit });
    expect(pages.flat()).toEqual(ids(1001, 1023).toReversed());
    expect(pages).toHaveLength(Math.ceil(23 / Number(limit)));
  });

  it('pages through the orders of a customer, whatever their status', async () => {
    const api = await createShop();
    const ofAna = ids(1001, 1023).filter((id) => (Number(id) - 1000) % 3 === 0);
    const pages = await readPages(api, { customer: 'ana', limit: '5' });
    expect(pages.flat()).toEqual([...ofAna, ...ids(1024, 1029)].toReversed());
    expect(await readPages(api, { customer: 'nobody' })).toEqual([[]]);
  });

  it('pages through the open cases, the oldest first', async () => {
    const pages = await readPages(await createShop(), { openCases: 'true', limit: '2' });
    expect(pages).toEqual([['1024', '1025'], ['1026', '1027'], ['1028']]);
  });

  it('leaves other classes out of each page, so that one may be empty and not the last', async () => {
    const pages = await readPages(await createShop(), { status: 'shipped', class: 'review', limit: '1' });
    expect(pages[0]).toEqual([]);
    expect(pages.flat()).toEqual(ids(1024, 1028).toReversed());
  });

  it('gives fifty when nobody says how many', async () => {
    const entries = numbers(60).flatMap((order) => plainOrder('acme', order, [placed()]));
    const pages = await readPages(await createShop(entries), { status: 'placed' });
    expect(pages.map(({ length }) => length)).toEqual([50, 10]);
  });

  it('shows nobody the orders of another tenant, by whatever list or cursor', async () => {
    const others = ordersOf('other');
    const api = await createShop([...others, ...plainOrder('acme', 7, [placedBy('ana')])]);
    for (const list of [{ status: 'placed' }, { customer: 'ana' }] satisfies readonly Query[])
      for (const cursor of [{}, { cursor: `${others.at(-1)?.id}/9999` }] satisfies readonly Query[])
        expect(await readPages(api, { ...list, ...cursor })).toEqual([['1007']]);
    expect(await readPages(api, { openCases: 'true' })).toEqual([[]]);
    expect((await api.get('/orders/1024/explanation')).status).toBe(404);
  });

  it('takes an invented cursor for a place in the list', async () => {
    const api = await createShop();
    expect((await readPages(api, { status: 'placed', cursor: '~' })).flat()).toEqual(ids(1001, 1023).toReversed());
    expect(await readPages(api, { status: 'placed', cursor: '!' })).toEqual([[]]);
  });

  it('asks to come back when the views cannot be reached', async () => {
    const region = await createProjectedRegion([]);
    const api = createTestApi(region.eventStore, {
      views: { ...noViews, list: () => Promise.reject(new LedgerFault('throttled', 'no answer')) },
    });
    expect((await api.get('/orders', { query: { status: 'placed' } })).status).toBe(503);
  });
});

const noViews = { totals: async () => ({}) };

interface BadQuery {
  readonly name: string;
  readonly query?: Query;
  readonly kind?: string;
  /** Of the problem's title or detail. */
  readonly says: RegExp;
}

const oneList = { kind: 'one-list-needed', says: /status, customer, openCases/ };

const badQueries: readonly BadQuery[] = [
  { name: 'no query', ...oneList },
  { name: 'a filter and no list', query: { class: 'review', limit: '5' }, ...oneList },
  { name: 'two lists', query: { status: 'placed', customer: 'ana' }, ...oneList },
  { name: 'all three lists', query: { status: 'placed', customer: 'ana', openCases: 'true' }, ...oneList },
  { name: 'a list that is switched off beside another', query: { status: 'placed', openCases: 'false' }, ...oneList },
  { name: 'a status that is none', query: { status: 'vanished' }, says: /status.*One of none, placed,/ },
  { name: 'a status from the prototype', query: { status: '__proto__' }, says: /status/ },
  { name: 'a status given twice', query: { status: 'placed,paid' }, says: /status/ },
  { name: 'no status', query: { status: '' }, says: /status/ },
  { name: 'no customer', query: { customer: '' }, says: /customer/ },
  { name: 'a customer that is too long', query: { customer: 'c'.repeat(257) }, says: /customer/ },
  { name: 'half a surrogate pair for a customer', query: { customer: '\ud800' }, says: /customer/ },
  { name: 'open cases that are not true', query: { openCases: '1' }, says: /openCases.*true/ },
  { name: 'a class that is none', query: { status: 'placed', class: 'worst' }, says: /class.*One of none, merged,/ },
  { name: 'a page of nothing', query: { status: 'placed', limit: '0' }, says: /limit.*1 to 100/ },
  { name: 'a page that is too large', query: { status: 'placed', limit: '101' }, says: /limit/ },
  { name: 'a page of minus one', query: { status: 'placed', limit: '-1' }, says: /limit/ },
  { name: 'a page of one and a half', query: { status: 'placed', limit: '1.5' }, says: /limit/ },
  { name: 'an empty cursor', query: { status: 'placed', cursor: '' }, says: /cursor/ },
  { name: 'a cursor that is too long', query: { status: 'placed', cursor: 'x'.repeat(129) }, says: /cursor/ },
  { name: 'a cursor beyond ASCII', query: { status: 'placed', cursor: 'ü' }, says: /cursor/ },
  { name: 'a cursor with a line break', query: { status: 'placed', cursor: 'x\n' }, says: /cursor/ },
];

describe('a bad query for a list', () => {
  it.each(badQueries)('refuses $name and says what is wrong', async ({ query, kind = 'invalid-query', says }) => {
    const region = await createProjectedRegion([]);
    const asked: unknown[] = [];
    const api = createTestApi(region.eventStore, {
      views: {
        ...noViews,
        list: async (listed) => {
          asked.push(listed);
          return { views: [], next: undefined };
        },
      },
    });
    const reply = await api.get('/orders', query && { query });
    expect(reply.body).toMatchObject({ type: `urn:rejoin:problem:${kind}`, status: 400 });
    expect(reply.status).toBe(400);
    expect(`${reply.body.title} ${reply.body.detail}`).toMatch(says);
    expect(asked).toEqual([]);
  });
});
