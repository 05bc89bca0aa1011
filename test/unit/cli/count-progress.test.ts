import { describe, expect, it } from 'vitest';
import { ageText } from '../../../services/cli/age-text.ts';
import { describeCount } from '../../../services/cli/commands/count-progress.ts';
import { textTable } from '../../../services/cli/text-table.ts';

describe('progress of work that counts', () => {
  it('says how many, how fast, and how far where the whole is known', () => {
    expect(describeCount({ done: 1_500, total: 3_000, phase: 'g0002' }, 'entries', 2_000)).toBe(
      `${'█'.repeat(15)}${'░'.repeat(15)} 50% 1,500 entries, 750/s, g0002`,
    );
    expect(describeCount({ done: 1_500 }, 'orders', 2_000)).toBe('1,500 orders, 750/s');
    expect(describeCount({ done: 1_500, perSecond: 9_000 }, 'orders', 2_000)).toBe('1,500 orders, 9,000/s');
  });

  it('says no rate before there is one, and never more than all', () => {
    expect(describeCount({ done: 10 }, 'orders', 100)).toBe('10 orders');
    expect(describeCount({ done: 20, total: 10 }, 'orders', 100)).toContain('100% 20 orders');
    expect(describeCount({ done: 0, total: 0 }, 'orders', 0)).toBe('0 orders');
  });
});

describe('text for people', () => {
  it('lines up the columns of a table, and lets no cell steer the terminal', () => {
    expect(
      textTable(
        ['id', 'text'],
        [
          ['1', 'a\u001b[2Jb\nc'],
          ['long', ''],
        ],
      ),
    ).toBe('id    text\n1     a [2Jb c\nlong\n');
  });

  it.each([
    [-5, '0 s'],
    [42_000, '42 s'],
    [5 * 60_000, '5 min'],
    [3 * 3_600_000, '3 h'],
    [50 * 3_600_000, '2 d'],
  ])('says %d ms as %s', (ms, text) => {
    expect(ageText(ms)).toBe(text);
  });
});
