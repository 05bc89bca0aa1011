import { beforeEach, describe, expect, it } from 'vitest';
import type { Customer, PersonalData } from '../../../domain/ports/personal-data.ts';
import {
  createInMemoryCustomerKeys,
  type InMemoryCustomerKeys,
} from '../../../infra/in-memory/in-memory-customer-keys.ts';
import { createLocalKeyWrap } from '../../../infra/key-file/key-file.ts';
import type { CustomerKeyRingDeps } from '../../../infra/personal-data/customer-key-ring.ts';
import type { CustomerKeyStore, KeyWrap } from '../../../infra/personal-data/customer-keys.ts';
import { customersMax, keptMsMax } from '../../../infra/personal-data/key-cache.ts';
import { createTestPersonalData, seededBytes, testKeyWrap } from '../../support/personal-data.ts';

const ana: Customer = { tenant: 'acme', customerId: 'ana' };
const place = { stream: 'order/acme/1', name: 'note' };

let nowMs: number;
let keys: InMemoryCustomerKeys;
let asked: string[];

beforeEach(() => {
  nowMs = 1_000_000;
  keys = createInMemoryCustomerKeys();
  asked = [];
});

const counted = (keyStore: CustomerKeyStore): CustomerKeyStore => ({
  list: (partition) => {
    asked.push('list');
    return keyStore.list(partition);
  },
  put: (partition, key) => {
    asked.push('put');
    return keyStore.put(partition, key);
  },
});
const countedWrap: KeyWrap = {
  ...testKeyWrap,
  wrap: (secret, owner) => {
    asked.push('wrap');
    return testKeyWrap.wrap(secret, owner);
  },
  unwrap: (wrapped, owner) => {
    asked.push('unwrap');
    return testKeyWrap.unwrap(wrapped, owner);
  },
};
/** Of a time before: its keys were wrapped under what is gone. */
const otherWrap = createLocalKeyWrap({
  masterKey: new Uint8Array(64).fill(3),
  payloadSecret: new Uint8Array(32).fill(2),
});
/** A container: what it has met it remembers, and nothing else. */
const createRing = (changes: Partial<CustomerKeyRingDeps> = {}): PersonalData =>
  createTestPersonalData({
    keyStore: counted(keys),
    keyWrap: countedWrap,
    clock: { nowMs: () => nowMs },
    ...changes,
  });

const seal = async (ring: PersonalData, customer = ana, inUse?: string) =>
  (await ring.sealer(customer, inUse))(place, 'ring twice');
const open = async (ring: PersonalData, sealed: Awaited<ReturnType<typeof seal>>, customer = ana) =>
  (await ring.opener(customer, [sealed.key]))(place, sealed);
const told = (): readonly string[] => asked.splice(0);

describe('the key ring', () => {
  it('makes a key for a new customer with one look and one put, and then asks nobody', async () => {
    const ring = createRing();
    const sealed = await seal(ring);
    expect(told()).toEqual(['list', 'wrap', 'put']);
    expect(await open(ring, sealed)).toEqual({ value: 'ring twice' });
    expect(await seal(ring)).toEqual(sealed);
    expect(told()).toEqual([]);
  });

  it('finds the key of a customer whom another container met, with one look and one unwrapping', async () => {
    const sealed = await seal(createRing());
    told();
    const ring = createRing();
    expect(await open(ring, sealed)).toEqual({ value: 'ring twice' });
    expect(await seal(ring)).toEqual(sealed);
    expect(told()).toEqual(['list', 'unwrap']);
  });

  it('makes one key where sixteen containers meet a new customer at once', async () => {
    const seeds = Array.from({ length: 16 }, (_, i) => `container ${i}`);
    const sealed = await Promise.all(seeds.map((seed) => seal(createRing({ randomBytes: seededBytes(seed) }))));
    expect(new Set(sealed.map(({ key, box }) => `${key} ${box}`)).size).toBe(1);
  });

  it('gives every customer and tenant a key of their own', async () => {
    const ring = createRing();
    const sealed = await seal(ring);
    const others = [await seal(ring, { ...ana, customerId: 'bo' }), await seal(ring, { ...ana, tenant: 'zeta' })];
    expect(new Set([sealed, ...others].map(({ key }) => key)).size).toBe(3);
    expect(await open(ring, sealed, { ...ana, customerId: 'bo' })).toBeUndefined();
  });

  it('seals under the key that the order uses, and else as every region would that knows the same', async () => {
    const europe = createInMemoryCustomerKeys();
    const there = await seal(createRing({ region: 'eu-west-1', keyStore: europe }));
    const here = await seal(createRing());
    expect(here.key).not.toBe(there.key);
    keys.onPut((key) => europe.replicate(key));
    const [partition] = await partitionsOf(keys, europe);
    for (const key of await europe.list(partition)) keys.replicate({ ...key, partition });
    for (const inUse of [here.key, there.key]) expect((await seal(createRing(), ana, inUse)).key).toBe(inUse);
    const smaller = [here.key, there.key].sort()[0];
    expect((await seal(createRing())).key).toBe(smaller);
    expect((await seal(createRing(), ana, '0123456789abcdef')).key).toBe(smaller);
    expect(await open(createRing(), there)).toEqual({ value: 'ring twice' });
  });

  it('looks again for a key that had not arrived, but not more than once a second', async () => {
    const ring = createRing();
    await seal(ring);
    told();
    const foreign = { sealed: 'v1', key: 'feedfeedfeedfeed', box: 'A'.repeat(30) } as const;
    for (let i = 0; i < 3; i++) expect(await open(ring, foreign)).toBeUndefined();
    expect(told()).toEqual([]);
    nowMs += 1_000;
    for (let i = 0; i < 3; i++) expect(await open(ring, foreign)).toBeUndefined();
    expect(told()).toEqual(['list']);
  });

  it('forgets a key in five minutes, also where its clock is set back: one that is destroyed is gone', async () => {
    for (const wait of [keptMsMax, -1]) {
      let stored: CustomerKeyStore = keys;
      const ring = createRing({
        keyStore: { list: (it) => stored.list(it), put: (...it) => stored.put(...it) },
      });
      const sealed = await seal(ring);
      stored = createInMemoryCustomerKeys();
      nowMs += Math.max(0, wait - 1);
      expect(await open(ring, sealed)).toEqual({ value: 'ring twice' });
      nowMs += wait === keptMsMax ? 1 : wait;
      expect(await open(ring, sealed)).toBeUndefined();
    }
  });

  it('remembers the customers that it met last, in a bounded number', async () => {
    const ring = createRing();
    for (let i = 0; i <= customersMax; i++) await ring.sealer({ ...ana, customerId: `c${i}` }, undefined);
    told();
    await ring.sealer({ ...ana, customerId: `c${customersMax}` }, undefined);
    await ring.sealer({ ...ana, customerId: 'c1' }, undefined);
    expect(told()).toEqual([]);
    await ring.sealer({ ...ana, customerId: 'c0' }, undefined);
    expect(told()).toEqual(['list', 'unwrap']);
  });

  it('asks again after a failure', async () => {
    let isDown = true;
    const flaky =
      <Args extends readonly unknown[], Answer>(ask: (...args: Args) => Promise<Answer>) =>
      async (...args: Args): Promise<Answer> => {
        if (isDown) throw new Error('down');
        return ask(...args);
      };
    const sealed = await seal(createRing());
    const ring = createRing({
      keyStore: { ...keys, list: flaky(keys.list) },
      keyWrap: { ...testKeyWrap, payloadSecret: flaky(testKeyWrap.payloadSecret) },
    });
    await expect(seal(ring)).rejects.toThrow('down');
    await expect(ring.payloadDigest('acme')).rejects.toThrow('down');
    isDown = false;
    expect(await seal(ring)).toEqual(sealed);
    expect((await ring.payloadDigest('acme'))('x')).toMatch(/^[0-9a-f]{64}$/);
    isDown = true;
    const unwrapping = createRing({ keyWrap: { ...testKeyWrap, unwrap: flaky(testKeyWrap.unwrap) } });
    await expect(seal(unwrapping)).rejects.toThrow('down');
    isDown = false;
    expect(await seal(unwrapping)).toEqual(sealed);
  });

  it('leaves closed what was sealed under a key that is lost, and seals under another that it makes once', async () => {
    const lost = await seal(createRing({ keyWrap: otherWrap, randomBytes: seededBytes('long ago') }));
    const ring = createRing();
    expect(await open(ring, lost)).toBeUndefined();
    told();
    const sealed = await seal(ring, ana, lost.key);
    expect(told()).toEqual(['wrap', 'put']);
    expect(sealed.key).not.toBe(lost.key);
    expect(await seal(ring, ana, lost.key)).toEqual(sealed);
    expect(await seal(createRing(), ana, lost.key)).toEqual(sealed);
    expect(await open(createRing(), sealed)).toEqual({ value: 'ring twice' });
    // Where the lost one stands nothing was replaced: it may not be lost to everybody.
    expect(await open(createRing({ keyWrap: otherWrap }), lost)).toEqual({ value: 'ring twice' });
  });

  it("seals under another region's key where its own is lost, and makes none", async () => {
    const lost = await seal(createRing({ keyWrap: otherWrap, randomBytes: seededBytes('long ago') }));
    const europe = createInMemoryCustomerKeys();
    const there = await seal(createRing({ region: 'eu-west-1', keyStore: europe }));
    const [partition] = await partitionsOf(keys);
    for (const key of await europe.list(partition)) keys.replicate({ ...key, partition });
    told();
    expect((await seal(createRing(), ana, lost.key)).key).toBe(there.key);
    expect(told()).not.toContain('put');
  });

  it('makes one key in the place of a lost one where sixteen containers miss it at once', async () => {
    await seal(createRing({ keyWrap: otherWrap }));
    const seeds = Array.from({ length: 16 }, (_, i) => `container ${i}`);
    const sealed = await Promise.all(seeds.map((seed) => seal(createRing({ randomBytes: seededBytes(seed) }))));
    expect(new Set(sealed.map(({ key, box }) => `${key} ${box}`)).size).toBe(1);
  });

  it('takes no key for another that stands under its name', async () => {
    const sealed = await seal(createRing());
    const [partition] = await partitionsOf(keys);
    const [key] = await keys.list(partition);
    keys.replicate({ ...(key as NonNullable<typeof key>), keyId: 'feedfeedfeedfeed', partition });
    await expect(open(createRing(), { ...sealed, key: 'feedfeedfeedfeed' })).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it('digests alike in every region, and otherwise for every tenant', async () => {
    const digest = async (tenant: string, region: string) =>
      (await createRing({ region }).payloadDigest(tenant))('text');
    expect(await digest('acme', 'us-east-1')).toBe(await digest('acme', 'eu-west-1'));
    expect(await digest('acme', 'us-east-1')).not.toBe(await digest('zeta', 'us-east-1'));
  });
});

/** Ana's, wherever her key was put. */
const partitionsOf = async (...stores: readonly InMemoryCustomerKeys[]): Promise<[string]> => {
  const seen: string[] = [];
  const spy: CustomerKeyStore = {
    list: async (partition) => {
      seen.push(partition);
      return stores[0]?.list(partition) ?? [];
    },
    put: async (_, key) => key,
  };
  await createTestPersonalData({ keyStore: spy }).opener(ana, []);
  return [seen[0] ?? ''];
};
