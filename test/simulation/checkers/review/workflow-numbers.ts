/**
 * A workflow's number is drawn before the workflow begins, for one time that the case was found open, and never again:
 * numbers of a case only grow, one at a time.
 */
import { hasWorkflow, isOver } from '../../../../domain/review/case-life.ts';
import type { ReviewEvent } from '../../model/review-event.ts';
import type { Checker, Words } from '../checker.ts';

export const workflowNumbers = (): Checker => {
  const drawn = new Map<string, number>();
  const finds = new Map<string, number>();
  const drawnFor = new Map<string, number>();

  const onLife = ({ region, life, before }: Extract<ReviewEvent, { kind: 'life' }>): Words => {
    const { caseId, workflow } = life;
    const earlier = before?.workflow ?? 0;
    if (workflow < earlier || workflow > earlier + 1)
      return `the workflow of case ${caseId} in ${region} goes from ${earlier} to ${workflow}`;
    drawn.set(`${region} ${caseId}`, workflow);
    const found = (finds.get(`${region} ${caseId}`) ?? 0) + (before && isOver(before) && !isOver(life) ? 1 : 0);
    finds.set(`${region} ${caseId}`, found);
    if (!hasWorkflow(life)) return undefined;
    const name = `${region} ${caseId} ${workflow}`;
    const known = drawnFor.get(name) ?? found;
    drawnFor.set(name, known);
    return known === found ? undefined : `workflow ${workflow} of case ${caseId} in ${region} is drawn twice`;
  };

  return {
    invariant: '5 a workflow’s number is drawn once and before it begins',
    onReview: (event) => {
      if (event.kind === 'life') return onLife(event);
      if (event.kind !== 'started') return undefined;
      const { caseId, workflow } = event.input;
      const newest = drawn.get(`${event.region} ${caseId}`) ?? 0;
      return workflow <= newest
        ? undefined
        : `workflow ${workflow} of case ${caseId} begins in ${event.region}, drawn is ${newest}`;
    },
  };
};
