/** A hold-case that asks a person and does not remember whom. */
import type { PlantedBug } from '../planted-bug.ts';
import { spoilLives } from './spoil-lives.ts';

export const personForgotten: PlantedBug = {
  name: 'task of a person not kept',
  caughtBy: ['5 no task is lost', '5 every open case'],
  seedsMax: 5,
  isReviewed: true,
  review: (given) =>
    spoilLives(given, (lives) => ({
      replace: async (life, revision) => (life.task ? true : lives.replace(life, revision)),
    })),
};
