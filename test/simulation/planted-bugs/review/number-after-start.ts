/** An open-case that starts the workflow first and stores its number afterwards. */
import type { PlantedBug } from '../planted-bug.ts';
import { spoilLives } from './spoil-lives.ts';

export const numberAfterStart: PlantedBug = {
  name: 'workflow started before its number is drawn',
  caughtBy: ['5 a workflow’s number'],
  seedsMax: 3,
  isReviewed: true,
  review: (given) =>
    spoilLives(given, (lives, { workflows }) => ({
      replace: async (life, revision) => {
        const { stream, caseId, workflow } = life;
        if (life.state === 'waiting' && life.startedAtMs === life.sinceMs)
          await workflows.start({ stream, caseId, workflow });
        return lives.replace(life, revision);
      },
    })),
};
