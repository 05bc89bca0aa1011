/**
 * Whoever listens to the bus hears every step of a review, before it counts: that a workflow begins, that a person is
 * asked, that nobody decided in time, and how it ends.
 */

import type { ReviewAlert } from '../../../../domain/ports/alert-bus.ts';
import { type CaseLife, hasWorkflow } from '../../../../domain/review/case-life.ts';
import type { Checker, Words } from '../checker.ts';

export const stepsAreSaid = (): Checker => {
  const said = new Set<string>();
  return {
    invariant: '5 every step of a review is said',
    onReview: (event) => {
      const missing = (alert: Said): Words => {
        const key = keyOf(event.region, alert);
        return said.has(key) ? undefined : `nobody said ${key}`;
      };
      switch (event.kind) {
        case 'said':
          said.add(keyOf(event.region, event.alert));
          return undefined;
        case 'started':
          return missing({ ...event.input, type: 'ReviewStarted', escalations: 0 });
        case 'life': {
          for (const alert of stepsBetween(event.before, event.life)) {
            const words = missing(alert);
            if (words) return words;
          }
          return undefined;
        }
        default:
          return undefined;
      }
    },
  };
};

type Said = Pick<ReviewAlert, 'type' | 'caseId' | 'workflow' | 'escalations' | 'outcome'>;

const keyOf = (region: string, { type, caseId, workflow, escalations, outcome }: Said): string =>
  [type, outcome ?? '', 'of', `${caseId}-${workflow}`, type === 'ReviewEscalated' ? escalations : '', 'in', region]
    .filter((part) => part !== '')
    .join(' ');

const stepsBetween = (before: CaseLife | undefined, life: CaseLife): readonly Said[] => {
  const { caseId, workflow, escalations } = life;
  const step = { caseId, workflow, escalations };
  const steps: Said[] = [];
  if (life.task && life.task.token !== before?.task?.token) steps.push({ ...step, type: 'ReviewAsked' });
  if (before && escalations > before.escalations) steps.push({ ...step, type: 'ReviewEscalated' });
  if (before && hasWorkflow(before) && !hasWorkflow(life))
    steps.push({ ...step, type: 'ReviewEnded', outcome: outcomeOf(life) });
  return steps;
};

const outcomeOf = ({ state }: CaseLife): ReviewAlert['outcome'] =>
  state === 'settled' || state === 'withdrawn' ? state : 'handed-over';
