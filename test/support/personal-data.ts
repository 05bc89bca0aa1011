/**
 * Keys for tests: always the same, so that what is sealed twice is the same text. Unless a test has a store of keys for
 * each region, what one region makes is in the others at once.
 */
import { createInMemoryCustomerKeys } from '../../infra/in-memory/in-memory-customer-keys.ts';
import { createLocalKeyWrap } from '../../infra/key-file/key-file.ts';
import { type CustomerKeyRingDeps, createCustomerKeyRing } from '../../infra/personal-data/customer-key-ring.ts';
import { createSeededRandom } from './builders/seeded-random.ts';

export const testKeyWrap = createLocalKeyWrap({
  masterKey: new Uint8Array(64).fill(1),
  payloadSecret: new Uint8Array(32).fill(2),
});

const sharedKeys = createInMemoryCustomerKeys();

export const createTestPersonalData = ({ region = 'us-east-1', ...rest }: Partial<CustomerKeyRingDeps> = {}) =>
  createCustomerKeyRing({
    keyStore: sharedKeys,
    keyWrap: testKeyWrap,
    region,
    clock: { nowMs: () => 0 },
    randomBytes: seededBytes(region),
    ...rest,
  });

/** Other bytes in every region. */
export const seededBytes = (seed: string): CustomerKeyRingDeps['randomBytes'] => {
  const random = createSeededRandom([...seed].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7) >>> 0);
  return (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256));
};

export const testPayloadDigest = await createTestPersonalData().payloadDigest('acme');
