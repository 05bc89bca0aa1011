/**
 * A case that was settled or withdrawn is nobody's any more, in any region: its life says that it is over, and no workflow of
 * it runs.
 */
import { hasWorkflow, isOver } from '../../../../domain/review/case-life.ts';
import type { Checker, ReviewedRegion, Words } from '../checker.ts';
import { lifeOf, runningOf } from './review-checker.ts';

export const closedCasesEnd = (): Checker => ({
  invariant: '5 nobody is asked about a closed case',
  checkReview: ({ stream, regions }) => {
    for (const region of regions) {
      const words = wrongCases(region);
      if (words) return `${stream} in ${region.name}: ${words}`;
    }
    return undefined;
  },
});

const wrongCases = (region: ReviewedRegion): Words => {
  for (const caseId of region.caseIds) {
    const finding = region.find(caseId);
    if (finding.kind === 'open' || finding.kind === 'unknown') continue;
    const [running] = runningOf(region, caseId);
    if (running) return `case ${caseId} is ${finding.kind}, and workflow ${running.input.workflow} runs`;
    const life = lifeOf(region, caseId);
    // A sweeper believes a row of older code that the case is open, until the row is rebuilt; a workflow looks by itself.
    const isBelieved = region.isListed(caseId) === undefined;
    if (life && (isBelieved ? hasWorkflow(life) : !isOver(life)))
      return `case ${caseId} is ${finding.kind}, and its life says ${life.state}`;
  }
  return undefined;
};
