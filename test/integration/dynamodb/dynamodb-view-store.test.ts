/**
 * The view store against DynamoDB Local: the contract, then what it costs and what it refuses.
 */
import { describe, expect, it } from 'vitest';
import { createDynamoDbViewStore } from '../../../infra/dynamodb/dynamodb-view-store.ts';
import { viewsTable } from '../../../infra/dynamodb/ledger-table.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { collect } from '../../support/collect.ts';
import { type ContractRow, viewStoreContract } from '../../support/contracts/view-store-contract.ts';
import { useDynamoDbLocal } from '../../support/dynamodb-local-fixture.ts';
import { observeRequests } from '../../support/observe-requests.ts';

const local = useDynamoDbLocal();
const random = createSeededRandom(7);
const sleep = (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms));

const createStores = async (...views: readonly string[]) => {
  const tableName = await local.createTable(viewsTable);
  const documentClient = local.connect();
  const stores = views.map((view) =>
    createDynamoDbViewStore<ContractRow>({ documentClient, tableName, view, sleep, random }),
  );
  return { stores, documentClient };
};

const createStore = async () => {
  const { stores, documentClient } = await createStores('orders');
  const [store] = stores;
  if (!store) throw new Error('one view, one store');
  return { store, documentClient };
};

viewStoreContract('the DynamoDB view store', async () => (await createStore()).store, { runs: 40 });

describe('the DynamoDB view store', () => {
  const stream = 'order/acme/1';

  it('keeps several views of one order apart in one table', async () => {
    const { stores } = await createStores('orders', 'cases');
    for (const [i, store] of stores.entries())
      await store.put({ stream, cut: { 'us-east-1': 9 - i }, row: { status: `view ${i}` } });
    for (const [i, store] of stores.entries()) {
      const view = { stream, cut: { 'us-east-1': 9 - i }, row: { status: `view ${i}` } };
      expect(await store.get(stream)).toEqual(view);
      expect(await collect(store.all())).toEqual([view]);
    }
  });

  it('puts with one request while the same regions write, with one more when a region joins', async () => {
    const { store, documentClient } = await createStore();
    const requests = observeRequests(documentClient);
    const sent: number[] = [];
    for (const cut of [
      { 'us-east-1': 1 },
      { 'us-east-1': 2 },
      { 'us-east-1': 2, 'eu-west-1': 1 },
      { 'us-east-1': 3, 'eu-west-1': 4 },
    ]) {
      const before = requests.length;
      await store.put({ stream, cut, row: { status: 'paid' } });
      sent.push(requests.length - before);
    }
    expect(sent).toEqual([1, 1, 2, 1]);
  });

  it('refuses a row that no item can hold as a fault that no retry cures', async () => {
    const { store } = await createStore();
    const put = store.put({ stream, cut: { 'us-east-1': 1 }, row: { status: 'x'.repeat(400_000) } });
    await expect(put).rejects.toMatchObject({ code: 'entry-too-large', retryable: false });
    expect(await store.get(stream)).toBeUndefined();
  });
});
