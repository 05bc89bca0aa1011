/** Chance that can be repeated: the same seed, the same play. Mulberry32, small and even enough for picking customers. */
import { createHash } from 'node:crypto';
import type { Random } from '../../../domain/ports/clock.ts';

/** Give each purpose its own `name`, so that drawing more for one does not change another. */
export const createSeededRandom = (seed: number, name: string): Random => {
  let state = createHash('sha256').update(`${seed}/${name}`).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
