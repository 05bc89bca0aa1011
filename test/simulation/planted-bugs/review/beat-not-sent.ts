/** A sweeper that takes the beat of a held task for sent. */
import type { PlantedBug } from '../planted-bug.ts';

export const beatNotSent: PlantedBug = {
  name: 'no beat for a task that a person holds',
  caughtBy: ['5 no task is lost'],
  seedsMax: 10,
  isReviewed: true,
  review: (given, role) =>
    role === 'sweep' ? { ...given, workflows: { ...given.workflows, beat: async () => 'done' } } : given,
};
