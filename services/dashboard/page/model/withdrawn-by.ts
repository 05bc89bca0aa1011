/**
 * What made a case go, as far as a report tells: entries that were accepted after the case's own and have moved the order
 * before it in the history, such as a payment that came in after its parcel. Pure.
 */
import type { CaseStep } from '../../../order-api/cases/case-history.ts';
import type { CaseReport } from '../../../order-api/cases/case-report.ts';

export const withdrawnBy = ({ caseId, history }: Pick<CaseReport, 'caseId' | 'history'>): readonly CaseStep[] => {
  const at = history.findIndex(({ id }) => id === caseId);
  return history
    .slice(0, Math.max(at, 0))
    .filter(({ id, accepted, from, to }) => id > caseId && accepted && from !== to);
};
