import { describe, expect, it } from 'vitest';
import { isUlid } from '../../../domain/ledger/ulid.ts';

describe('a ULID', () => {
  it.each(['00000000000000000000000000', '01KDVDNAZ847C4FEZDQK8YZG0M', '7ZZZZZZZZZZZZZZZZZZZZZZZZZ'])(
    'may be %s',
    (text) => {
      expect(isUlid(text)).toBe(true);
    },
  );

  it.each([
    ['lower case, which sorts elsewhere', '01kdvdnaz847c4fezdqk8yzg0m'],
    ['a time that ULIDs do not reach', '80000000000000000000000000'],
    ['a letter that is not in the alphabet', '01KDVDNAZ847C4FEZDQK8YZG0I'],
    ['25 characters', '01KDVDNAZ847C4FEZDQK8YZG0'],
    ['a line break at the end', '01KDVDNAZ847C4FEZDQK8YZG0M\n'],
    ['nothing', ''],
  ])('is not %s', (_, text) => {
    expect(isUlid(text)).toBe(false);
  });
});
