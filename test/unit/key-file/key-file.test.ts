import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalKeyWrap, ensureKeyFile, KeyFileError, readKeyFile } from '../../../infra/key-file/key-file.ts';

const owner = { tenant: 'acme', customer: 'ab12' };
const secret = new Uint8Array(32).fill(5);

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'key-file-'));
  path = join(directory, 'keys.json');
});
afterEach(() => rmSync(directory, { recursive: true }));

const complaint = (): string => {
  try {
    readKeyFile(path);
  } catch (error) {
    if (error instanceof KeyFileError) return error.message;
    throw error;
  }
  return 'none';
};

describe('a key file', () => {
  it('is made once, for its owner alone, and keeps its keys', async () => {
    ensureKeyFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const made = readFileSync(path, 'utf8');
    ensureKeyFile(path);
    expect(readFileSync(path, 'utf8')).toBe(made);
    const wrapped = await createLocalKeyWrap(readKeyFile(path)).wrap(secret, owner);
    expect(await createLocalKeyWrap(readKeyFile(path)).unwrap(wrapped, owner)).toEqual(secret);
  });

  it('wraps for one owner, and for no other file', async () => {
    ensureKeyFile(path);
    const keyWrap = createLocalKeyWrap(readKeyFile(path));
    const wrapped = await keyWrap.wrap(secret, owner);
    const other = join(directory, 'other.json');
    ensureKeyFile(other);
    const otherWrap = createLocalKeyWrap(readKeyFile(other));
    expect(await keyWrap.unwrap(wrapped, { ...owner, tenant: 'zeta' })).toBeUndefined();
    expect(await keyWrap.unwrap(wrapped, { ...owner, customer: 'cd34' })).toBeUndefined();
    expect(await otherWrap.unwrap(wrapped, owner)).toBeUndefined();
    expect(await otherWrap.payloadSecret()).not.toEqual(await keyWrap.payloadSecret());
  });

  it('is refused where others may read it, with the way out', () => {
    ensureKeyFile(path);
    chmodSync(path, 0o640);
    expect(complaint()).toBe(`The key file ${path} may be read by others: chmod 600 ${path}`);
  });

  it.each([
    ['no JSON', 'top secret', 'is no JSON'],
    ['no keys', '{"masterKey":"dG9wIHNlY3JldA=="}', 'does not hold the keys of a world'],
    ['a short key', JSON.stringify({ masterKey: 'dG9w', payloadSecret: 'dG9w' }), 'does not hold the keys of a world'],
  ])('is refused where it holds %s, and what it holds is not said', (_, text, said) => {
    writeFileSync(path, text, { mode: 0o600 });
    expect(complaint()).toBe(`The key file ${path} ${said}`);
  });

  it('is refused where there is none, or no place for one', () => {
    expect(complaint()).toContain('cannot be read');
    expect(() => ensureKeyFile(join(directory, 'missing', 'keys.json'))).toThrow(KeyFileError);
  });
});
