import { describe, expect, it } from 'vitest';
import { createInMemoryCustomerKeys, type PlacedKey } from '../../../infra/in-memory/in-memory-customer-keys.ts';
import { customerKeysContract } from '../../support/contracts/customer-keys-contract.ts';

customerKeysContract('the in-memory customer keys', async () => createInMemoryCustomerKeys());

describe('the in-memory customer keys', () => {
  const key = { region: 'us-east-1', number: 1, keyId: 'a', wrapped: 'w' };

  it('tells a link of what was made here, once, and not of what came from elsewhere', async () => {
    const store = createInMemoryCustomerKeys();
    const told: PlacedKey[] = [];
    store.onPut((it) => told.push(it));
    await store.put('p', key);
    await store.put('p', { ...key, keyId: 'b' });
    store.replicate({ ...key, region: 'eu-west-1', partition: 'p' });
    expect(told).toEqual([{ ...key, partition: 'p' }]);
    expect(await store.list('p')).toHaveLength(2);
  });
});
