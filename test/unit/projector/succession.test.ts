import { describe, expect, it } from 'vitest';
import type { Cut } from '../../../domain/ledger/cut.ts';
import { type Succession, succession } from '../../../projections/projector/succession.ts';

const row = (version: number, cut: Cut) => ({ version: `0001.${String(version).padStart(4, '0')}`, cut });

describe('what may follow a stored row', () => {
  it('is anything where there is none', () => {
    expect(succession(undefined, row(1, {}))).toBe('replaces');
  });

  it.each<{
    readonly name: string;
    readonly standing: ReturnType<typeof row>;
    readonly next: ReturnType<typeof row>;
    readonly verdict: Succession;
  }>([
    { name: 'what has seen more', standing: row(1, { a: 1 }), next: row(1, { a: 2, b: 1 }), verdict: 'replaces' },
    { name: 'not what says the same', standing: row(1, { a: 1 }), next: row(1, { a: 1 }), verdict: 'stands' },
    {
      name: 'not what has seen less, which must look again: what is here was here before',
      standing: row(1, { a: 2, b: 1 }),
      next: row(1, { b: 1 }),
      verdict: 'fold-again',
    },
    {
      name: 'not what has seen something else, which must see both first',
      standing: row(1, { a: 2, b: 1 }),
      next: row(1, { a: 1, b: 2 }),
      verdict: 'fold-again',
    },
    {
      name: 'the same entries folded by newer code',
      standing: row(1, { a: 1 }),
      next: row(2, { a: 1 }),
      verdict: 'replaces',
    },
    {
      name: 'newer code that has seen more',
      standing: row(9, { a: 1 }),
      next: row(10, { a: 2 }),
      verdict: 'replaces',
    },
    {
      name: 'not newer code that has seen less, which must look again',
      standing: row(1, { a: 2 }),
      next: row(2, { a: 1 }),
      verdict: 'fold-again',
    },
    {
      name: 'not the same entries folded by older code',
      standing: row(2, { a: 1 }),
      next: row(1, { a: 1 }),
      verdict: 'stands',
    },
    {
      name: 'not older code that has seen less, whose ledger may lack nothing',
      standing: row(2, { a: 2 }),
      next: row(1, { a: 1 }),
      verdict: 'stands',
    },
    {
      name: 'not older code, though it has seen more',
      standing: row(10, { a: 1 }),
      next: row(9, { a: 2 }),
      verdict: 'outdated',
    },
    {
      name: 'not older code that has seen something else',
      standing: row(2, { a: 1 }),
      next: row(1, { b: 1 }),
      verdict: 'outdated',
    },
    {
      name: 'not what holds a 0 for a region',
      standing: row(1, { a: 1 }),
      next: row(1, { a: 1, b: 0 }),
      verdict: 'stands',
    },
    {
      name: 'what has seen a region that is called like a part of every object',
      standing: row(1, { a: 1 }),
      next: row(1, { a: 1, constructor: 1 } as Cut),
      verdict: 'replaces',
    },
  ])('is $name', ({ standing, next, verdict }) => {
    expect(succession(standing, next)).toBe(verdict);
  });
});
