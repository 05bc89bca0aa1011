/**
 * What happened in a run, as one number: every event with its time, and what came of it, mixed as it happens.
 *
 * Two runs of a seed must end with the same number; a difference means that something ambient leaked in, and then no
 * failure could be replayed. Two FNV-1a lanes of 32 bits: cheap enough to run at every step.
 */
export interface Trace {
  readonly number: (value: number) => void;
  readonly text: (value: string) => void;
  readonly digest: () => string;
}

export const createTrace = (): Trace => {
  let low = 0x811c9dc5;
  let high = 0x1000193;
  const mix = (word: number): void => {
    low = Math.imul(low ^ word, 0x01000193);
    high = Math.imul(high ^ word ^ (low >>> 13), 0x85ebca6b);
  };
  return {
    // A time in ms has up to 41 bits before the point; the thousandths tell apart what happens within one.
    number: (value) => {
      mix(Math.floor(value / 2 ** 32));
      mix(value | 0);
      mix((value * 1000) | 0);
    },
    text: (value) => {
      for (let i = 0; i < value.length; i++) mix(value.charCodeAt(i));
    },
    digest: () => [high, low].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join(''),
  };
};
