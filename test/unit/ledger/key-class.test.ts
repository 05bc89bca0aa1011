import { describe, expect, it } from 'vitest';
import { hotEntriesMin, hotWindowMs, keyClassOf } from '../../../domain/ledger/key-class.ts';

const atMs = 1_000_000;
const recordedAgo = (...agesMs: readonly number[]) => agesMs.map((ageMs) => ({ recordedAt: atMs - ageMs }));
const times = (count: number, ageMs: number) => recordedAgo(...Array.from({ length: count }, () => ageMs));

describe('the class of a key', () => {
  it('is hot from ten entries within a minute on', () => {
    expect(keyClassOf(times(hotEntriesMin, hotWindowMs - 1), atMs)).toBe('hot');
    expect(keyClassOf(times(hotEntriesMin - 1, 0), atMs)).toBe('normal');
    expect(keyClassOf([], atMs)).toBe('normal');
  });

  it('forgets what is a minute old, and does not know what is to come', () => {
    const recent = times(hotEntriesMin - 1, 10);
    expect(keyClassOf([...recent, ...times(50, hotWindowMs)], atMs)).toBe('normal');
    expect(keyClassOf([...recent, ...times(50, -1)], atMs)).toBe('normal');
    expect(keyClassOf([...recent, ...times(1, hotWindowMs - 1)], atMs)).toBe('hot');
  });

  it('takes entries that say no time for old ones', () => {
    expect(
      keyClassOf(
        Array.from({ length: 50 }, () => ({})),
        atMs,
      ),
    ).toBe('normal');
  });
});
