import { describe, expect, it } from 'vitest';
import { canonicalJson, entryBody, hashEntry, readEntryBody } from '../../../domain/ledger/entry-hash.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { firstEntry, rewrite } from '../../support/contracts/contract-entries.ts';

const entry = firstEntry();

describe('canonical JSON', () => {
  it('writes the example of RFC 8785 as the RFC does', () => {
    const example = {
      numbers: JSON.parse('[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001]'),
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(example)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts keys by UTF-16 code units, as the RFC demands', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const sorted = Object.keys(JSON.parse(canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])))));
    expect(sorted).toEqual(['1', '\r', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33']);
  });

  it('leaves out what is undefined, so that absent and undefined hash alike', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });
});

describe('the hash of an entry', () => {
  it('is SHA-256 of its body in UTF-8', () => {
    expect(sha256('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
    expect(entry.hash).toBe(sha256(entryBody(entry)));
    expect(JSON.parse(entryBody(entry))).not.toHaveProperty('hash');
  });

  it('does not depend on the order in which the fields were set', () => {
    const reversed = Object.fromEntries(Object.entries(entry).reverse()) as typeof entry;
    expect(hashEntry(reversed, sha256).hash).toBe(entry.hash);
  });

  it('changes with every field', () => {
    const hashes = [
      rewrite(entry, { source: 'other' }),
      rewrite(entry, { seen: { 'eu-west-1': 1 } }),
      rewrite(entry, { parents: [entry.hash] }),
      rewrite(entry, { actor: '' }),
      rewrite(entry, { recordedAt: 1 }),
    ].map(({ hash }) => hash);
    expect(new Set([entry.hash, ...hashes]).size).toBe(6);
  });
});

describe('a stored body', () => {
  const read = (body: string, hash = sha256(body)) => readEntryBody({ body, hash }, sha256);

  it('is read back as the entry', () => {
    expect(read(entryBody(entry), entry.hash)).toEqual({ kind: 'entry', entry });
  });

  it('is damaged when it does not match its hash', () => {
    expect(read(`${entryBody(entry)} `, entry.hash)).toEqual({
      kind: 'damaged',
      reason: 'body does not match its hash',
    });
  });

  it.each(['', '{', 'null', '[]', '1', '"text"', '{}', '{"stream":"order/acme/1"}'])(
    'is damaged when it matches its hash but is no entry: %s',
    (body) => {
      expect(read(body).kind).toBe('damaged');
    },
  );

  it('says at which field it is no entry', () => {
    const body = entryBody(rewrite(entry, { seq: 2 }));
    expect(read(body)).toEqual({ kind: 'damaged', reason: 'seq: must be the number in position' });
  });

  it.each([
    ['white space', (body: string) => body.replace(':', ': ')],
    [
      'keys out of order',
      (body: string) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(body)).reverse())),
    ],
    ['a key twice', (body: string) => body.replace('{', '{"actor":"a",')],
    ['a hidden prototype', (body: string) => body.replace('{', '{"__proto__":{},')],
  ])('is damage when it is not canonical: %s', (_, change) => {
    const body = change(entryBody({ ...entry, actor: 'b' }));
    expect(read(body)).toMatchObject({ kind: 'damaged' });
  });

  it('is damage without recordedAt, since a forged id would not show', () => {
    const { recordedAt: _, ...timeless } = entry;
    expect(read(entryBody(timeless))).toEqual({ kind: 'damaged', reason: 'recordedAt: missing' });
  });
});
