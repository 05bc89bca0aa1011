import { expect, it } from 'vitest';
import { secondsText } from '../../../services/dashboard/page/model/seconds-text.ts';

it('says tenths of a second while they matter, then seconds, then larger units', () => {
  expect([0, 40, 950, 9_949, 9_951, 42_400, 99_499, 99_501, 3_700_000, -1_500].map(secondsText)).toEqual([
    '0.0 s',
    '0.0 s',
    '0.9 s',
    '9.9 s',
    '10 s',
    '42 s',
    '99 s',
    '1 min 39 s',
    '1 h 1 min',
    '−1.5 s',
  ]);
});
