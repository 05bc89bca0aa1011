/**
 * Given time, every open case is with a person: its life names a task, and a workflow waits for that task's answer.
 */
import type { Checker } from '../checker.ts';
import { lifeOf, ownOpenCases } from './review-checker.ts';

export const reachesAPerson = (): Checker => ({
  invariant: '5 every open case reaches a person',
  checkReview: ({ stream, regions }) => {
    for (const region of regions)
      for (const caseId of ownOpenCases(region)) {
        const life = lifeOf(region, caseId);
        if (life?.state !== 'with-a-person' || !life.task)
          return `case ${caseId} of ${stream} is ${life?.state ?? 'unknown'} in ${region.name}`;
        if (!region.awaits(life.task.token))
          return `case ${caseId} of ${stream} is held in ${region.name} under a token for which nobody waits`;
      }
    return undefined;
  },
});
