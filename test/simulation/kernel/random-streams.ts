/**
 * One independent generator per port and actor, each derived from (seed, name).
 *
 * A single shared generator would couple everything: one more draw in a projector would change every later draw of every
 * client, and a seed would stop meaning the same story as soon as the code under test changed. Here it changes its own
 * stream only. The generator is sfc32, its 128 bits of state filled from the whole seed and the name.
 */
export interface RandomStream {
  /** Uniform in [0, 1). */
  readonly next: () => number;
  readonly chance: (probability: number) => boolean;
  readonly between: (min: number, max: number) => number;
  /** As likely between 1 and 10 as between 10 and 100. */
  readonly logBetween: (min: number, max: number) => number;
  readonly integer: (min: number, max: number) => number;
  readonly pick: <Item>(items: readonly Item[]) => Item;
  readonly shuffle: <Item>(items: readonly Item[]) => Item[];
}

export type RandomStreams = (name: string) => RandomStream;

/** Asking twice for a name gives the same stream, where it stands. */
export const createRandomStreams = (seed: number): RandomStreams => {
  const streams = new Map<string, RandomStream>();
  return (name) => {
    const stream = streams.get(name) ?? createRandomStream(`${seed}/${name}`);
    streams.set(name, stream);
    return stream;
  };
};

const createRandomStream = (name: string): RandomStream => {
  const next = sfc32(hash128(name));
  const between = (min: number, max: number): number => min + (max - min) * next();
  const integer = (min: number, max: number): number => min + Math.floor((max - min + 1) * next());
  return {
    next,
    between,
    integer,
    chance: (probability) => next() < probability,
    logBetween: (min, max) => min * (max / min) ** next(),
    pick: (items) => items[integer(0, items.length - 1)] as (typeof items)[number],
    shuffle: (items) => {
      const shuffled = [...items];
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = integer(0, i);
        [shuffled[i], shuffled[j]] = [shuffled[j] as (typeof items)[number], shuffled[i] as (typeof items)[number]];
      }
      return shuffled;
    },
  };
};

type Words = [number, number, number, number];

const sfc32 = ([a, b, c, d]: Words): (() => number) => {
  const next = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
};

const hash128 = (text: string): Words => {
  const words: Words = [1779033703, 3144134277, 1013904242, 2773480762];
  for (let i = 0; i < text.length; i++)
    for (let word = 0; word < 4; word++) {
      const mixed = Math.imul((words[word] as number) ^ text.charCodeAt(i), multipliers[word] as number);
      words[word] = mixed ^ (words[(word + 1) % 4] as number) ^ (mixed >>> 15);
    }
  return words;
};

const multipliers = [597399067, 2869860233, 951274213, 2716044179];
