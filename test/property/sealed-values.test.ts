/**
 * The laws of sealing: what it gives back, what it tells apart without a key, and that the fold does not notice it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '../../domain/fold/fold.ts';
import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import { isSealed, type SealedValue } from '../../domain/ledger/sealed-value.ts';
import { mapPersonal } from '../../domain/lifecycle/personal-values.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import type { SealedPlace } from '../../domain/ports/personal-data.ts';
import { createKeyBox } from '../../infra/personal-data/key-box.ts';
import { streams } from '../support/arbitraries/streams.ts';
import { retailVocabulary } from '../support/arbitraries/vocabularies.ts';

const secret = fc.uint8Array({ minLength: 32, maxLength: 32 });
const value = fc.jsonValue();
const place: fc.Arbitrary<SealedPlace> = fc.record({
  stream: fc.stringMatching(/^order\/[a-z]{1,3}\/[0-9]{1,3}$/),
  name: fc.constantFrom('note', 'shippingAddress', 'reason'),
});
const differ = (left: unknown, right: unknown): boolean => canonicalJson(left) !== canonicalJson(right);

describe('a sealed value', () => {
  it('opens to what it was', () => {
    const isKept = (key: Uint8Array, at: SealedPlace, plain: unknown) => {
      const sealed = createKeyBox(key).seal(at, plain);
      expect(isSealed(sealed)).toBe(true);
      // As another container would, from what was stored.
      const opened = createKeyBox(key).open(at, JSON.parse(canonicalJson(sealed)));
      expect(canonicalJson(opened?.value)).toBe(canonicalJson(plain));
    };
    fc.assert(fc.property(secret, place, value, isKept), { numRuns: 2_000 });
  });

  it('is the same for equal values under one key at one place, and no other', () => {
    const isTold = (keys: readonly Uint8Array[], places: readonly SealedPlace[], values: readonly unknown[]) => {
      const sealed = [0, 1].map((i) =>
        createKeyBox(keys[i] as Uint8Array).seal(places[i] as SealedPlace, values[i]),
      ) as [SealedValue, SealedValue];
      const isOther = [keys.map((key) => Buffer.from(key).toString('hex')), places, values].some(([one, other]) =>
        differ(one, other),
      );
      expect(differ(sealed[0], sealed[1])).toBe(isOther);
      expect(sealed[0].box === sealed[1].box).toBe(!isOther);
    };
    const pair = <Value>(it: fc.Arbitrary<Value>) =>
      fc.oneof(
        it.map((one): readonly Value[] => [one, one]),
        fc.tuple(it, it).map((both): readonly Value[] => both),
      );
    fc.assert(fc.property(pair(secret), pair(place), pair(value), isTold), { numRuns: 2_000 });
  });

  it('does not open with one bit changed, elsewhere, or under another key', () => {
    const staysClosed = (key: Uint8Array, at: SealedPlace, plain: unknown, bit: number, other: SealedPlace) => {
      const box = createKeyBox(key);
      const sealed = box.seal(at, plain);
      const bytes = Buffer.from(sealed.box, 'base64url');
      const byte = (bit >> 3) % bytes.length;
      bytes.writeUInt8(bytes.readUInt8(byte) ^ (1 << (bit & 7)), byte);
      expect(box.open(at, { ...sealed, box: bytes.toString('base64url') })).toBeUndefined();
      expect(box.open(at, { ...sealed, box: sealed.box.slice(0, -1) })).toBeUndefined();
      if (differ(at, other)) expect(box.open(other, sealed)).toBeUndefined();
      const otherKey = Uint8Array.from(key, (it, i) => (i === 0 ? it ^ 1 : it));
      expect(createKeyBox(otherKey).open(at, sealed)).toBeUndefined();
      expect(
        createKeyBox(otherKey).open(at, { ...sealed, key: createKeyBox(otherKey).seal(at, 0).key }),
      ).toBeUndefined();
    };
    fc.assert(fc.property(secret, place, value, fc.nat(), place, staysClosed), { numRuns: 2_000 });
  });

  it('has one spelling: a digit that means the same is another box', () => {
    const box = createKeyBox(new Uint8Array(32));
    const at = { stream: 'order/acme/1', name: 'note' };
    const sealed = box.seal(at, 'ab');
    expect(sealed.box).toHaveLength(27);
    const last = sealed.box.at(-1) as string;
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const respelt = sealed.box.slice(0, -1) + digits[digits.indexOf(last) | 1];
    const isOwn = respelt === sealed.box;
    expect(isOwn).toBe(false);
    expect(Buffer.from(respelt, 'base64url')).toEqual(Buffer.from(sealed.box, 'base64url'));
    expect(box.open(at, { ...sealed, box: respelt })).toBeUndefined();
  });
});

describe('the fold of sealed entries', () => {
  const box = createKeyBox(new Uint8Array(32).fill(3));

  /** With the hash that it had: the fold goes by it where two entries claim one position. */
  const sealEntry = (entry: Entry): Entry => ({
    ...entry,
    events: entry.events.map((event) => ({
      ...event,
      data: mapPersonal(retail, event, ({ name, value: plain }) => box.seal({ stream: entry.stream, name }, plain)),
    })),
  });
  const openState = (folded: FoldedStream): FoldedStream => ({
    ...folded,
    fields: Object.fromEntries(
      Object.entries(folded.fields).map(([name, it]) => [
        name,
        isSealed(it) ? box.open({ stream: folded.stream, name }, it)?.value : it,
      ]),
    ),
  });

  it('is that of the plain ones, but for what is sealed in its fields', () => {
    let sealedFields = 0;
    const isSame = (entries: readonly Entry[]) => {
      const sealed = fold(entries.map(sealEntry), retail);
      expect(openState(sealed)).toEqual(fold(entries, retail));
      for (const name of ['note', 'shippingAddress'])
        if (Object.hasOwn(sealed.fields, name)) expect(isSealed(sealed.fields[name])).toBe(true);
      sealedFields += Object.values(sealed.fields).filter(isSealed).length;
    };
    fc.assert(fc.property(streams(retailVocabulary), isSame), { numRuns: 1_000 });
    expect(sealedFields).toBeGreaterThan(300);
  });
});
