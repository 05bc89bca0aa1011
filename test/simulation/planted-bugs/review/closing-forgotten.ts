/** Functions that do everything about a closed case but remember that it is. */
import { isOver } from '../../../../domain/review/case-life.ts';
import type { PlantedBug } from '../planted-bug.ts';
import { spoilLives } from './spoil-lives.ts';

export const closingForgotten: PlantedBug = {
  name: 'life of a closed case left as it was',
  caughtBy: ['5 nobody is asked'],
  seedsMax: 5,
  isReviewed: true,
  review: (given) =>
    spoilLives(given, (lives) => ({
      replace: async (life, revision) => (isOver(life) ? true : lives.replace(life, revision)),
    })),
};
