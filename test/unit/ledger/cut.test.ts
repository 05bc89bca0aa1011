import { describe, expect, it } from 'vitest';
import {
  type Cut,
  coversCut,
  coversPosition,
  cutToToken,
  emptyCut,
  equalCuts,
  parseToken,
  seqAt,
} from '../../../domain/ledger/cut.ts';

const cut: Cut = { 'us-east-1': 7, 'eu-west-1': 3 };

describe('a cut', () => {
  it('covers every position up to its number and none beyond', () => {
    expect(coversPosition(cut, { writer: 'us-east-1', seq: 1 })).toBe(true);
    expect(coversPosition(cut, { writer: 'us-east-1', seq: 7 })).toBe(true);
    expect(coversPosition(cut, { writer: 'us-east-1', seq: 8 })).toBe(false);
    expect(coversPosition(cut, { writer: 'ap-south-1', seq: 1 })).toBe(false);
  });

  it('covers a cut only where every number is at most its own', () => {
    expect(coversCut(cut, cut)).toBe(true);
    expect(coversCut(cut, emptyCut)).toBe(true);
    expect(coversCut(cut, { 'us-east-1': 7, 'ap-south-1': 0 })).toBe(true);
    expect(coversCut(cut, { 'us-east-1': 8 })).toBe(false);
    expect(coversCut(cut, { 'ap-south-1': 1 })).toBe(false);
    expect(coversCut(emptyCut, cut)).toBe(false);
  });

  it('equals a cut that says the same with zeros', () => {
    expect(equalCuts(cut, { ...cut, 'ap-south-1': 0 })).toBe(true);
    expect(equalCuts(cut, { ...cut, 'ap-south-1': 1 })).toBe(false);
  });

  it('has seen nothing of writers that are named like members of every object', () => {
    expect(seqAt(emptyCut, 'constructor')).toBe(0);
    expect(seqAt(emptyCut, '__proto__')).toBe(0);
  });
});

describe('a token', () => {
  it('names the writers in order and leaves out zeros', () => {
    expect(cutToToken({ ...cut, 'ap-south-1': 0 })).toBe('eu-west-1:3,us-east-1:7');
    expect(cutToToken(emptyCut)).toBe('');
  });

  it('is read back as the cut that it was made of', () => {
    expect(parseToken(cutToToken(cut))).toEqual(cut);
    expect(parseToken('')).toEqual({});
  });

  it.each([
    'us-east-1',
    'us-east-1:0',
    'us-east-1:07',
    'us-east-1:-1',
    'us-east-1:1.5',
    'us-east-1:1e3',
    'us-east-1:10000000000',
    'us-east-1:7,',
    ',us-east-1:7',
    'us-east-1:7,us-east-1:8',
    'us-east-1:7, eu-west-1:3',
    'US:1',
    '__proto__:1',
    ':1',
    '"us-east-1:7"',
    'us-east-1:7\n',
  ])('is not %j', (text) => {
    expect(parseToken(text)).toBeUndefined();
  });
});
