/** A short span of time as figures of links are read: tenths of a second while they matter, then larger units. Pure. */
import { ageText } from './age-text.ts';

export const secondsText = (ms: number): string => {
  const size = Math.abs(ms);
  const sign = ms < 0 ? '−' : '';
  if (size < 9_950) return `${sign}${(size / 1_000).toFixed(1)} s`;
  if (size < 99_500) return `${sign}${Math.round(size / 1_000)} s`;
  return `${sign}${ageText(size)}`;
};
