/** A case that reopens and goes on with the number that it had: its workflow has ended, or is the one of last time. */
import { hasWorkflow } from '../../../../domain/review/case-life.ts';
import type { PlantedBug } from '../planted-bug.ts';
import { spoilLives } from './spoil-lives.ts';

export const numberKept: PlantedBug = {
  name: 'number not raised when a case reopens',
  caughtBy: ['5 a workflow’s number'],
  seedsMax: 20,
  isReviewed: true,
  faults: { upgrade: 4 },
  review: (given) =>
    spoilLives(given, (lives) => ({
      replace: async (life, revision) => {
        const { life: before } = await lives.read(life);
        const isAgain = before?.state === 'reopened' && before.workflow > 0 && hasWorkflow(life);
        return lives.replace(isAgain ? { ...life, workflow: before.workflow } : life, revision);
      },
    })),
};
