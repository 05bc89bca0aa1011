/** Lives that are replaced whatever stands there: who slept undoes what others did. */
import type { PlantedBug } from '../planted-bug.ts';
import { spoilLives } from './spoil-lives.ts';

export const lifeWithoutCondition: PlantedBug = {
  name: 'life replaced without compare-and-set',
  caughtBy: ['5'],
  seedsMax: 20,
  isReviewed: true,
  faults: { pause: 0.02, duplicateMessage: 0.3 },
  review: (given) =>
    spoilLives(given, (lives) => ({
      replace: async (life, revision) => {
        if (await lives.replace(life, revision)) return true;
        const standing = await lives.read(life);
        return lives.replace(life, standing.revision);
      },
    })),
};
