import { expect, it } from 'vitest';
import { ageText, agoText } from '../../../services/dashboard/page/model/age-text.ts';

it('says how long something has lasted in the two largest units that say something', () => {
  expect([-5, 0, 999, 61_000, 3_600_000, 3_661_000, 90_000_000, 86_460_000].map(ageText)).toEqual([
    '0 s',
    '0 s',
    '0 s',
    '1 min 1 s',
    '1 h',
    '1 h 1 min',
    '1 d 1 h',
    '1 d',
  ]);
});

it('calls what happened a moment ago just that', () => {
  expect([0, 2_999, 3_000, 75_000].map(agoText)).toEqual(['just now', 'just now', '3 s ago', '1 min 15 s ago']);
});
