/** What has become of an order since somebody looked: said to who is about to decide about it. Pure. */
import type { CaseStep } from '../../../order-api/cases/case-history.ts';
import type { CaseReport } from '../../../order-api/cases/case-report.ts';

/** Sentences; none when what was seen is what is there, wherever it is read from. */
export const orderChanges = (seen: CaseReport, now: CaseReport): readonly string[] => {
  if (seen.order.token === now.order.token) return [];
  const known = new Set(seen.history.map(({ id }) => id));
  const arrived = now.history.filter(({ id }) => !known.has(id));
  const opened = now.order.openCases.filter((id) => !seen.order.openCases.includes(id)).length;
  const closed = seen.order.openCases.filter((id) => !now.order.openCases.includes(id)).length;
  return [
    ...arrived.map((step) => `${eventsText(step)} came in at ${step.position}, from ${step.source}.`),
    ...(seen.order.status === now.order.status
      ? []
      : [`The order was ${seen.order.status} and is now ${now.order.status}.`]),
    ...(opened === 0 ? [] : [`${count(opened)} of this order opened.`]),
    ...(closed === 0 ? [] : [`${count(closed)} of this order closed.`]),
    `You looked at it complete to ${seen.order.token}; this is ${now.order.token}.`,
  ];
};

export const eventsText = ({ events }: Pick<CaseStep, 'events'>): string => events.map(({ type }) => type).join(', ');

const count = (cases: number): string => (cases === 1 ? '1 case' : `${cases} cases`);
