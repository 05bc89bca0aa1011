import { expect, it } from 'vitest';
import { createInMemoryViewStore } from '../../../infra/in-memory/in-memory-view-store.ts';
import { type ContractRow, viewStoreContract } from '../../support/contracts/view-store-contract.ts';

viewStoreContract('the in-memory view store', async () => createInMemoryViewStore<ContractRow>(), { runs: 500 });

it('hands out copies, so that nobody changes a row through them', async () => {
  const store = createInMemoryViewStore<{ status: string }>();
  const row = { status: 'paid' };
  await store.put({ stream: 'order/acme/1', cut: { 'us-east-1': 1 }, row });
  row.status = 'changed';
  const read = await store.get('order/acme/1');
  if (read) (read.row as { status: string }).status = 'changed too';
  expect((await store.get('order/acme/1'))?.row).toEqual({ status: 'paid' });
});
