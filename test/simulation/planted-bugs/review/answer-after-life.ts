/** Functions that close a case's life first and tell the workflow afterwards, if they live that long. */
import { isOver } from '../../../../domain/review/case-life.ts';
import type { PlantedBug } from '../planted-bug.ts';

export const answerAfterLife: PlantedBug = {
  name: 'life closed before the workflow is told',
  caughtBy: ['5 who closes a case has told'],
  seedsMax: 5,
  isReviewed: true,
  review: (given) => {
    const late: string[] = [];
    return {
      ...given,
      workflows: {
        ...given.workflows,
        answer: async (token, answer) => {
          late.push(token);
          return answer.decision ? given.workflows.answer(token, answer) : 'done';
        },
      },
      lives: {
        ...given.lives,
        replace: async (life, revision) => {
          const isReplaced = await given.lives.replace(life, revision);
          if (isOver(life)) for (const token of late.splice(0)) await given.workflows.answer(token, {});
          return isReplaced;
        },
      },
    };
  },
};
