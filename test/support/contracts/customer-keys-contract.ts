/**
 * What every store of customers' keys promises, run by each adapter alike; above all that a region makes one key of a number.
 */
import { describe, expect, it } from 'vitest';
import type { CustomerKeyStore, WrappedKey } from '../../../infra/personal-data/customer-keys.ts';

/** `createStore` gives an empty store each time. */
export const customerKeysContract = (name: string, createStore: () => Promise<CustomerKeyStore>): void => {
  describe(`${name} keeps the customer keys contract`, () => {
    const [partition, other] = ['customer-key/acme/1', 'customer-key/acme/2'];
    const key = (keyId: string, region = 'us-east-1', number = 1): WrappedKey => ({
      region,
      number,
      keyId,
      wrapped: `wrapped ${keyId}`,
    });

    it('has no key of a customer for whom none was made', async () => {
      const store = await createStore();
      await store.put(other, key('a'));
      expect(await store.list(partition)).toEqual([]);
    });

    it('gives back a key as it was put', async () => {
      const store = await createStore();
      expect(await store.put(partition, key('a'))).toEqual(key('a'));
      expect(await store.list(partition)).toEqual([key('a')]);
    });

    it('keeps the first of a region, and says which that is', async () => {
      const store = await createStore();
      await store.put(partition, key('a'));
      expect(await store.put(partition, key('b'))).toEqual(key('a'));
      expect(await store.put(partition, key('a'))).toEqual(key('a'));
      expect(await store.list(partition)).toEqual([key('a')]);
    });

    it('keeps one for each region', async () => {
      const store = await createStore();
      await store.put(partition, key('a'));
      expect(await store.put(partition, key('b', 'eu-west-1'))).toEqual(key('b', 'eu-west-1'));
      const keys = await store.list(partition);
      expect(keys.toSorted((left, right) => (left.keyId < right.keyId ? -1 : 1))).toEqual([
        key('a'),
        key('b', 'eu-west-1'),
      ]);
    });

    it('keeps another of the region beside the first, and the first of that number', async () => {
      const store = await createStore();
      await store.put(partition, key('b'));
      expect(await store.put(partition, key('a', 'us-east-1', 2))).toEqual(key('a', 'us-east-1', 2));
      expect(await store.put(partition, key('c', 'us-east-1', 2))).toEqual(key('a', 'us-east-1', 2));
      const keys = await store.list(partition);
      expect(keys.toSorted((left, right) => left.number - right.number)).toEqual([key('b'), key('a', 'us-east-1', 2)]);
    });

    it('has one winner when sixteen put a first key at once, and all hear of the same', async () => {
      const store = await createStore();
      const heard = await Promise.all(
        Array.from({ length: 16 }, (_, i) => store.put(partition, key(String(i).padStart(2, '0')))),
      );
      expect(new Set(heard.map(({ keyId }) => keyId)).size).toBe(1);
      expect(await store.list(partition)).toEqual([heard[0]]);
    });
  });
};
