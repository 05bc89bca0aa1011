/** A sweeper that looks at what the views show as open, and at nothing else: what is over while nobody hears of it stays. */
import type { PlantedBug } from '../planted-bug.ts';
import { spoilLives } from './spoil-lives.ts';

export const sweepOpenAlone: PlantedBug = {
  name: 'sweeper that looks at open cases alone',
  caughtBy: ['5 nobody is asked'],
  seedsMax: 20,
  isReviewed: true,
  faults: { lostMessage: 0.1 },
  review: (given, role) =>
    role === 'sweep' ? spoilLives(given, () => ({ unfinished: async function* () {} })) : given,
};
