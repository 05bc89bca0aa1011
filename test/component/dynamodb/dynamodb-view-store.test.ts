/**
 * The view store against DynamoDB Local: the contract, then what it costs and what it does when lists are behind.
 */
import { type ConsumedCapacity, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import type { StoredView } from '../../../domain/ports/view-store.ts';
import { createDynamoDbViews } from '../../../infra/dynamodb/dynamodb-view-store.ts';
import { viewsTable } from '../../../infra/dynamodb/ledger-table.ts';
import { listIndexes, shardOfStream } from '../../../infra/dynamodb/view-keys.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { collect } from '../../support/collect.ts';
import { type ContractRow, viewOf, viewStoreContract } from '../../support/contracts/view-store-contract.ts';
import { useDynamoDbLocal } from '../../support/dynamodb-local-fixture.ts';
import { type ObservedRequest, observeRequests } from '../../support/observe-requests.ts';

const local = useDynamoDbLocal();
const random = createSeededRandom(7);
const sleep = (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms));

const createViews = async () => {
  const tableName = await local.createTable(viewsTable);
  const documentClient = local.connect();
  const openViews = createDynamoDbViews<ContractRow>({ documentClient, tableName, sleep, random });
  return { openViews, store: openViews('g0001'), documentClient, tableName };
};

viewStoreContract('the DynamoDB view store', async () => (await createViews()).openViews, { runs: 12 });

describe('the DynamoDB view store', () => {
  const place = (i: number): string => `p/${String(i).padStart(4, '0')}`;
  const fresh = (view: StoredView<ContractRow>) => ({ view, over: undefined });

  /** Write units of each index that the request wrote. */
  const indexUnits = ({ capacity }: ObservedRequest): Readonly<Record<string, number>> => {
    const [consumed] = [capacity ?? []].flat() as ConsumedCapacity[];
    const indexes = Object.entries(consumed?.GlobalSecondaryIndexes ?? {});
    return Object.fromEntries(indexes.map(([name, { CapacityUnits = 0 }]) => [name, CapacityUnits]));
  };

  it('replaces a row with one request, whatever changes, and pays for an index only when its key does', async () => {
    const { store, documentClient } = await createViews();
    const requests = observeRequests(documentClient);
    const steps: readonly [string, StoredView<ContractRow>][] = [
      ['first', viewOf(1)],
      ['nothing but the row', viewOf(1, { cut: { 'us-east-1': 2 } })],
      ['money', viewOf(1, { cut: { 'us-east-1': 3 }, amount: 7 })],
      ['status', viewOf(1, { cut: { 'us-east-1': 4 }, amount: 7, status: 'paid' })],
      ['case', viewOf(1, { cut: { 'us-east-1': 5 }, amount: 7, status: 'paid', openCase: 'c1' })],
    ];
    const costs: Record<string, unknown> = {};
    let over: StoredView<ContractRow> | undefined;
    for (const [what, view] of steps) {
      const before = requests.length;
      expect(await store.replace({ view, over })).toBe('replaced');
      over = view;
      costs[what] = requests.slice(before).map((request) => [request.command, indexUnits(request)]);
    }
    // In a transaction each unit counts twice.
    expect(costs).toEqual({
      first: [['TransactWriteItems', { 'by-status': 2, 'by-customer': 2 }]],
      'nothing but the row': [['PutItem', {}]],
      money: [['TransactWriteItems', {}]],
      status: [['TransactWriteItems', { 'by-status': 4 }]],
      case: [['PutItem', { 'open-cases': 1 }]],
    });
  });

  it('writes many rows with few requests', async () => {
    const { store, documentClient } = await createViews();
    const requests = observeRequests(documentClient);
    const views = Array.from({ length: 1_000 }, (_, i) => viewOf(i, { place: place(i) }));
    await store.replaceAll(views.map(fresh));
    // 90 rows each: any of the totals items will do.
    expect(requests.map(({ command }) => command)).toEqual(Array.from({ length: 12 }, () => 'TransactWriteItems'));
  });

  it('puts no more into one transaction than DynamoDB takes', async () => {
    const { tableName, documentClient } = await createViews();
    const shared = { documentClient, tableName, sleep, random };
    const store = createDynamoDbViews<ContractRow>({ ...shared, totalsShards: 1 })('g0001');
    const requests = observeRequests(documentClient);
    const count = async (views: readonly StoredView<ContractRow>[]): Promise<number> => {
      const before = requests.length;
      expect(new Set(await store.replaceAll(views.map(fresh)))).toEqual(new Set(['replaced']));
      return requests.length - before;
    };
    const from = (first: number, length: number) => Array.from({ length }, (_, i) => viewOf(first + i));
    const names = (i: number) => Object.fromEntries(from(0, 90).map((_, name) => [`total.${i % 5}.${name}`, 1]));
    expect(await count(from(0, 181))).toBe(3);
    expect(await count(from(1_000, 40).map((view) => ({ ...view, row: { note: 'x'.repeat(150_000) } })))).toBe(2);
    expect(await count(from(2_000, 30).map((view, i) => ({ ...view, contribution: names(i) })))).toBe(15);
  });

  it('counts every row of processes that share one item of totals', async () => {
    const { tableName } = await createViews();
    const stores = [1, 2, 3].map(() => {
      const shared = { documentClient: local.connect(), tableName, sleep, random };
      return createDynamoDbViews<ContractRow>({ ...shared, totalsShards: 1 })('g0001');
    });
    const views = Array.from({ length: 90 }, (_, i) => viewOf(i));
    const answers = await Promise.all([
      ...views.slice(0, 60).map((view, i) => stores[i % 2]?.replace(fresh(view))),
      stores[2]?.replaceAll(views.slice(60).map(fresh)),
    ]);
    expect(new Set(answers.flat())).toEqual(new Set(['replaced']));
    expect(await stores[0]?.totals('acme')).toMatchObject({ orders: 90 });
  });

  it('finds totals of fewer shards when there are more', async () => {
    const { tableName, documentClient } = await createViews();
    const [few, many] = [4, 16].map((totalsShards) =>
      createDynamoDbViews<ContractRow>({ documentClient, tableName, sleep, random, totalsShards })('g0001'),
    );
    const views = Array.from({ length: 20 }, (_, i) => viewOf(i, { amount: 3 }));
    await few?.replaceAll(views.map(fresh));
    const paid = views.map((view, i) => viewOf(i, { ...view, cut: { 'us-east-1': 2 }, amount: 5, status: 'paid' }));
    await many?.replaceAll(paid.map((view, i) => ({ view, over: views[i] })));
    const totals = { orders: 20, 'status.paid': 20, 'money.captured.EUR': 100 };
    expect(await many?.totals('acme')).toEqual(totals);
    const [stored] = many ? await collect(many.allTotals()) : [];
    expect(stored).toEqual({ tenant: 'acme', totals });
  });

  it('reads a page with one round of queries and one of rows', async () => {
    const { store, documentClient } = await createViews();
    const views = Array.from({ length: 200 }, (_, i) => viewOf(i, { place: place(i), openCase: place(i) }));
    await store.replaceAll(views.map(fresh));
    const requests = observeRequests(documentClient);
    const count = async (work: () => Promise<unknown>): Promise<number> => {
      const before = requests.length;
      await work();
      return requests.length - before;
    };
    const query = { tenant: 'acme', limit: 50 };
    expect(await count(() => store.list({ ...query, list: 'customer', customerId: 'anna' }))).toBe(2);
    expect(await count(() => store.list({ ...query, list: 'status', status: 'placed' }))).toBeLessThanOrEqual(13);
    expect(await count(() => store.list({ ...query, list: 'open-cases' }))).toBeLessThanOrEqual(13);
    expect(await count(() => store.totals('acme'))).toBe(1);
  });

  it('merges the shards of a list, however unequal they are', async () => {
    const { store } = await createViews();
    const { shards } = listIndexes.status;
    const candidates = Array.from({ length: 700 }, (_, i) => viewOf(i, { place: place(i), openCase: place(i) }));
    const inOneShard = candidates.filter(({ stream }) => shardOfStream(stream, shards) === 3).slice(0, 60);
    const elsewhere = candidates.filter(({ stream }) => shardOfStream(stream, shards) === 5).slice(0, 6);
    const views = [...inOneShard, ...elsewhere].sort((left, right) =>
      left.listing.place < right.listing.place ? -1 : 1,
    );
    await store.replaceAll(views.map(fresh));
    const query = { tenant: 'acme', limit: 40 } as const;
    const cases = await store.list({ ...query, list: 'open-cases' });
    expect(cases.views).toEqual(views.slice(0, 40));
    expect((await store.list({ ...query, list: 'open-cases', after: cases.next })).views).toEqual(views.slice(40));
    const placed = await store.list({ ...query, list: 'status', status: 'placed' });
    expect(placed.views).toEqual([...views].reverse().slice(0, 40));
  });

  describe('when a list is behind its rows', () => {
    /** Index entries whose rows say something else: what a reader meets in the moments before the index follows. */
    const withStaleEntries = async (isStale: (i: number) => boolean) => {
      const { store, documentClient, tableName } = await createViews();
      const views = Array.from({ length: 120 }, (_, i) => viewOf(i, { place: place(i) }));
      await store.replaceAll(views.map(fresh));
      for (const [i, { stream, listing }] of views.entries()) {
        if (!isStale(i)) continue;
        const moved = JSON.stringify({ ...listing, status: 'paid', customerId: 'ben' });
        const Key = { stream: { S: stream }, view: { S: 'g0001/order' } };
        const { Item: standing } = await documentClient.send(new GetItemCommand({ TableName: tableName, Key }));
        await documentClient.send(
          new PutItemCommand({
            TableName: tableName,
            Item: { ...standing, listing: { S: moved } },
          }),
        );
      }
      const fitting = views.filter((_, i) => !isStale(i)).reverse();
      return { store, documentClient, fitting };
    };

    it('leaves out the rows that have moved on, and fills the page with others', async () => {
      const { store, fitting } = await withStaleEntries((i) => i % 3 === 0);
      const page = await store.list({ tenant: 'acme', list: 'status', status: 'placed', limit: 30 });
      expect(page.views).toEqual(fitting.slice(0, 30));
      const next = await store.list({
        tenant: 'acme',
        list: 'status',
        status: 'placed',
        limit: 200,
        after: page.next,
      });
      expect(next).toEqual({ views: fitting.slice(30), next: undefined });
    });

    it.each([
      ['every second one', 1, (i: number) => i % 2 === 1],
      ['almost all', 5, (i: number) => i > 1],
    ])('ends a page with few requests where %s has moved on, and goes on behind it', async (_, limit, isStale) => {
      const { store, documentClient, fitting } = await withStaleEntries(isStale);
      const requests = observeRequests(documentClient);
      for (const list of [
        { list: 'customer', customerId: 'anna' },
        { list: 'status', status: 'placed' },
      ] as const) {
        const found: StoredView<ContractRow>[] = [];
        let after: string | undefined;
        do {
          const before = requests.length;
          const page = await store.list({ tenant: 'acme', ...list, limit, after });
          expect(requests.length - before).toBeLessThanOrEqual(40);
          found.push(...page.views);
          after = page.next;
        } while (after !== undefined);
        expect(found).toEqual(fitting);
      }
    });
  });
});
