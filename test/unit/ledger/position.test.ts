import { describe, expect, it } from 'vitest';
import { formatPosition, parsePosition } from '../../../domain/ledger/position.ts';

describe('a position', () => {
  it('is written so that it sorts like its number', () => {
    const positions = [1, 9, 10, 99, 100, 9_999_999_999].map((seq) => formatPosition({ writer: 'us-east-1', seq }));
    expect(positions[0]).toBe('us-east-1/0000000001');
    expect([...positions].sort()).toEqual(positions);
  });

  it.each([
    { writer: 'us-east-1', seq: 7 },
    { writer: 'global', seq: 1 },
    { writer: 'a', seq: 9_999_999_999 },
  ])('is read back as it was written: $writer $seq', (position) => {
    expect(parsePosition(formatPosition(position))).toEqual(position);
  });

  it.each([
    '',
    'us-east-1',
    'us-east-1/7',
    'us-east-1/0000000000',
    'us-east-1/00000000001',
    'us-east-1/-000000001',
    'us-east-1/000000000x',
    '/0000000001',
    'US-EAST-1/0000000001',
    '-us/0000000001',
    'us-/0000000001',
    'us east/0000000001',
    'us-east-1/0000000001\n',
    ' us-east-1/0000000001',
    'order/us-east-1/0000000001',
    `${'a'.repeat(33)}/0000000001`,
  ])('is not %j', (text) => {
    expect(parsePosition(text)).toBeUndefined();
  });
});
