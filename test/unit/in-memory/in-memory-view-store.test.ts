import { expect, it } from 'vitest';
import { createInMemoryViews } from '../../../infra/in-memory/in-memory-view-store.ts';
import { type ContractRow, viewOf, viewStoreContract } from '../../support/contracts/view-store-contract.ts';

viewStoreContract('the in-memory view store', async () => createInMemoryViews<ContractRow>(), { runs: 500 });

it('hands out copies, so that nobody changes a row through them', async () => {
  const store = createInMemoryViews<{ note: string }>()('g0001');
  const view = { ...viewOf(1), row: { note: 'paid' } };
  await store.replace({ view, over: undefined });
  view.row.note = 'changed';
  const read = await store.get(view.stream);
  if (read) (read.row as { note: string }).note = 'changed too';
  expect((await store.get(view.stream))?.row).toEqual({ note: 'paid' });
});
