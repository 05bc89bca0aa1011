/**
 * The keys of customers in one container: found or made when first needed, unwrapped, and soon forgotten.
 *
 * Two regions may each make a first key for a new customer while they cannot see each other. Both stay, and every region
 * that knows both goes on with the one that an order already uses, else with the smaller id. What was sealed under
 * different keys counts as different: a dispute too many at worst, and never a merge of what differs.
 *
 * A key that can never be unwrapped again stays where it stands, since that may have been said in error. What it sealed
 * stays closed, and nothing more is sealed under it: another one is used, or made.
 *
 * Figures for a container that has not met the customer: one Query, one unwrapping; for a customer who is new, also one
 * wrapping and one PutItem. Then nothing, for as long as the cache holds.
 */
import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import { invariant } from '../../domain/kernel/invariant.ts';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import type { Customer, PersonalData } from '../../domain/ports/personal-data.ts';
import { sha256 } from '../node/sha256.ts';
import { type CustomerKeyStore, type KeyOwner, type KeyWrap, partitionOf, type WrappedKey } from './customer-keys.ts';
import { createKeyBox, type KeyBox, keyIdOf, secretBytes } from './key-box.ts';
import { createKeyCache, type KnownKeys } from './key-cache.ts';

export interface CustomerKeyRingDeps {
  readonly keyStore: CustomerKeyStore;
  readonly keyWrap: KeyWrap;
  readonly region: string;
  readonly clock: Clock;
  /** Of cryptographic quality. */
  readonly randomBytes: (count: number) => Uint8Array;
}

export const createCustomerKeyRing = (deps: CustomerKeyRingDeps): PersonalData => {
  const { keyStore, keyWrap, region, clock, randomBytes } = deps;
  const cache = createKeyCache({ clock, load: keyStore.list });
  let payloadSecret: Promise<Uint8Array> | undefined;

  const payloadDigest: PersonalData['payloadDigest'] = async (tenant) => {
    payloadSecret ??= keyWrap.payloadSecret();
    payloadSecret.catch(() => {
      payloadSecret = undefined;
    });
    const derived = hkdfSync('sha256', await payloadSecret, '', `rejoin/payload-hash/v1/${tenant}`, secretBytes);
    // A key that is made anew for each text costs six times what its digest does.
    const key = createSecretKey(Buffer.from(derived));
    return (text) => createHmac('sha256', key).update(text).digest('hex');
  };

  const unwrap = async (owner: KeyOwner, { keyId, wrapped }: WrappedKey): Promise<KeyBox | undefined> => {
    const secret = await keyWrap.unwrap(wrapped, owner);
    if (!secret) return undefined;
    if (keyIdOf(secret) !== keyId) throw new LedgerFault('unavailable', `key ${keyId} is not what was wrapped`);
    return createKeyBox(secret);
  };

  const boxOf = (owner: KeyOwner, known: KnownKeys, key: WrappedKey): Promise<KeyBox | undefined> =>
    known.box(key.keyId, () => unwrap(owner, key));

  /** The region's next, unless another container was faster: then that one. */
  const makeNext = async (owner: KeyOwner, { keys }: KnownKeys): Promise<KeyBox> => {
    const secret = randomBytes(secretBytes);
    invariant(secret.length === secretBytes, 'a secret has its length');
    const partition = partitionOf(owner);
    const number = 1 + Math.max(0, ...keys.filter((key) => key.region === region).map((key) => key.number));
    const made: WrappedKey = { region, number, keyId: keyIdOf(secret), wrapped: await keyWrap.wrap(secret, owner) };
    const stored = await keyStore.put(partition, made);
    const known = cache.remember(partition, [...keys, stored]);
    const box =
      stored.keyId === made.keyId
        ? await known.box(made.keyId, async () => createKeyBox(secret))
        : await boxOf(owner, known, stored);
    if (!box) throw new LedgerFault('unavailable', `key ${stored.keyId} was made just now, and is lost`);
    return box;
  };

  const sealer: PersonalData['sealer'] = async (customer, inUse) => {
    const owner = ownerOf(customer);
    const known = await cache.find(partitionOf(owner), inUse === undefined ? [] : [inUse]);
    for (const key of byPreference(known.keys, inUse)) {
      const box = await boxOf(owner, known, key);
      if (box) return box.seal;
    }
    return (await makeNext(owner, known)).seal;
  };

  const opener: PersonalData['opener'] = async (customer, wanted) => {
    const owner = ownerOf(customer);
    const known = await cache.find(partitionOf(owner), wanted);
    const keys = known.keys.filter(({ keyId }) => wanted.includes(keyId));
    const boxes = await Promise.all(keys.map((key) => boxOf(owner, known, key)));
    return (place, sealed) => {
      for (const box of boxes) {
        const opened = box?.open(place, sealed);
        if (opened) return opened;
      }
      return undefined;
    };
  };

  return { payloadDigest, sealer, opener };
};

const ownerOf = ({ tenant, customerId }: Customer): KeyOwner => ({
  tenant,
  customer: sha256(canonicalJson(['customer', tenant, customerId])).slice(0, customerDigits),
});

const customerDigits = 32;

/** What the order uses, then by id: every region that knows the same keys goes by the same order. */
const byPreference = (keys: readonly WrappedKey[], inUse: string | undefined): readonly WrappedKey[] => {
  const isInUse = ({ keyId }: WrappedKey): boolean => keyId === inUse;
  const others = keys.filter((key) => !isInUse(key));
  return [...keys.filter(isInUse), ...others.toSorted((left, right) => (left.keyId < right.keyId ? -1 : 1))];
};
