/**
 * Every open case has one workflow: in the region that accepted its entry exactly one runs, the one whose number its life
 * has; in another there may be one that had taken over, and goes on until it looks again.
 */
import type { Checker, ReviewedRegion, Words } from '../checker.ts';
import { lifeOf, ownOpenCases, runningOf } from './review-checker.ts';

export const oneWorkflow = (): Checker => ({
  invariant: '5 every open case has one workflow',
  checkReview: ({ stream, regions }) => {
    for (const region of regions) {
      const words = wrongWorkflows(region);
      if (words) return `${stream} in ${region.name}: ${words}`;
    }
    return undefined;
  },
});

const wrongWorkflows = (region: ReviewedRegion): Words => {
  for (const caseId of region.caseIds) {
    const running = runningOf(region, caseId).map(({ input }) => input.workflow);
    if (running.length > 1) return `case ${caseId} has the workflows ${running.join()}`;
  }
  for (const caseId of ownOpenCases(region)) {
    const [running] = runningOf(region, caseId);
    if (!running) return `case ${caseId} is open and has no workflow`;
    const life = lifeOf(region, caseId);
    if (life?.workflow !== running.input.workflow)
      return `case ${caseId} has workflow ${running.input.workflow}, its life names ${life?.workflow}`;
  }
  return undefined;
};
