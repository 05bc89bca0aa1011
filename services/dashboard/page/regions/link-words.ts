/** A link's state in words and figures, as the drawing and the table say it. */
import { type Link, type LinkState, slowAfterMs } from '../model/link-states.ts';
import { secondsText } from '../model/seconds-text.ts';
import type { Tone } from '../model/words.ts';

export const linkTones: Readonly<Record<LinkState, Tone>> = {
  well: 'good',
  late: 'warn',
  slow: 'warn',
  silent: 'bad',
  unknown: 'quiet',
};

export const linkWords: Readonly<Record<LinkState, string>> = {
  well: 'well',
  late: 'late',
  slow: 'slow',
  silent: 'silent',
  unknown: 'not known',
};

/** With the one figure that tells most. A lag that a cut way back explains is none of this direction. */
export const linkLabel = ({ state, heartbeatAgeMs, linkLagMs }: Link): string => {
  const figure = state === 'late' ? heartbeatAgeMs : linkLagMs;
  const isTold = state === 'late' || state === 'slow' || (state === 'well' && (linkLagMs ?? 0) <= slowAfterMs);
  return isTold && figure !== undefined ? `${linkWords[state]}, ${secondsText(figure)}` : linkWords[state];
};

export const known = (ms: number | undefined): string => (ms === undefined ? 'not known' : secondsText(ms));
