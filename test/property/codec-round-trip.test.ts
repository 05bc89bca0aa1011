/**
 * What is stored is what was hashed: any entry comes back as it was, and no change to what is stored goes unnoticed.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../domain/ledger/entry.ts';
import { entryBody, hashEntry, readEntryBody } from '../../domain/ledger/entry-hash.ts';
import { entryToItem, readItems } from '../../infra/dynamodb/entry-codec.ts';
import { sha256 } from '../../infra/node/sha256.ts';
import { firstEntry } from '../support/contracts/contract-entries.ts';

/** Any character that UTF-8 can carry; half a surrogate pair cannot be stored. */
const text = (maxLength: number) => fc.string({ unit: 'binary', maxLength });
const key = text(12).filter((name) => name !== '__proto__');
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    // JSON knows no negative zero.
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
    text(30),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

const base = firstEntry();
const timeMs = fc.integer({ min: 0, max: 281_474_976_710_655 });

const entryArbitrary: fc.Arbitrary<Entry> = fc
  .record(
    {
      data: fc.dictionary(key, json, { maxKeys: 5, noNullPrototype: true }),
      type: text(30).filter((type) => type.length > 0),
      kind: fc.constantFrom('decision' as const, 'fact' as const),
      seenInEurope: fc.integer({ min: 0, max: 9_999_999_999 }),
      optional: fc.record(
        {
          occurredAt: timeMs,
          recordedAt: timeMs,
          idempotencyKey: text(60).filter((name) => name.length > 0),
          payloadHash: fc.constant('0'.repeat(64)),
          actor: text(60),
          traceId: text(60),
          epoch: fc.nat(),
          parents: fc.array(fc.constant('f'.repeat(64)), { maxLength: 3 }),
          group: fc.constant<{ commandId: string; streams: string[] }>({
            commandId: base.id,
            streams: ['order/acme/1', 'order/acme/2'],
          }),
        },
        { requiredKeys: ['recordedAt'], noNullPrototype: true },
      ),
    },
    { noNullPrototype: true },
  )
  .map(({ data, type, kind, seenInEurope, optional }) => {
    const { recordedAt: _, parents: __, hash: ___, ...rest } = base;
    const events = [{ id: base.id, type, v: 1, data }];
    return hashEntry({ ...rest, kind, seen: { 'eu-west-1': seenInEurope }, events, ...optional }, sha256);
  });

describe('the codec', () => {
  it('gives back any entry as it was', () =>
    fc.assert(
      fc.property(entryArbitrary, (entry) => {
        expect(readEntryBody({ body: entryBody(entry), hash: entry.hash }, sha256)).toEqual({ kind: 'entry', entry });
        expect(readItems(entry.stream, [entryToItem(entry, sha256)], sha256)).toEqual({
          entries: [entry],
          damaged: [],
        });
      }),
      { numRuns: 2_000 },
    ));

  it('writes the same body again for what it read', () =>
    fc.assert(
      fc.property(entryArbitrary, (entry) => {
        const read = readEntryBody({ body: entryBody(entry), hash: entry.hash }, sha256);
        expect(read.kind === 'entry' && entryBody(read.entry)).toBe(entryBody(entry));
      }),
      { numRuns: 1_000 },
    ));

  it('hashes an entry alike in whatever order its keys were set, at any depth', () =>
    fc.assert(
      fc.property(entryArbitrary, (entry) => {
        expect(hashEntry(reverseKeys(entry) as Entry, sha256).hash).toBe(entry.hash);
      }),
      { numRuns: 1_000 },
    ));

  it('notices one flipped bit anywhere in what is stored', () =>
    fc.assert(
      fc.property(entryArbitrary, fc.nat(), fc.nat(7), (entry, at, bit) => {
        const item = entryToItem(entry, sha256);
        const bytes = Buffer.from(item.body);
        const index = at % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(index) ^ (1 << bit), index);
        const { entries, damaged } = readItems(entry.stream, [{ ...item, body: bytes.toString() }], sha256);
        expect(entries).toEqual([]);
        expect(damaged.map(({ position }) => position)).toEqual([entry.position]);
      }),
      { numRuns: 1_000 },
    ));

  it('notices when two entries have changed places', () =>
    fc.assert(
      fc.property(entryArbitrary, entryArbitrary, (left, right) => {
        fc.pre(left.hash !== right.hash);
        const item = { ...entryToItem(left, sha256), hash: right.hash };
        expect(readItems(left.stream, [item], sha256).entries).toEqual([]);
      }),
      { numRuns: 500 },
    ));
});

const reverseKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reverseKeys(member)]),
  );
};
