/**
 * A decision that somebody is making: what they have chosen and written so far, whether it can be sent, and as what. It
 * belongs to the person, not to the answer that is shown, so it stays whatever the region says next. Pure.
 */
import type { OfferedOutcome } from '../../../../domain/review/offer-outcomes.ts';
import type { CaseOutcome } from '../../../../domain/review/outcomes.ts';
import type { CaseReport } from '../../../order-api/cases/case-report.ts';

export interface DecisionDraft {
  /** From outcomeKey; undefined while nothing is chosen. */
  readonly outcome: string | undefined;
  readonly reason: string;
  /** Ids of other cases that it is to settle. */
  readonly also: readonly string[];
}

export const emptyDraft: DecisionDraft = { outcome: undefined, reason: '', also: [] };

export const isEmptyDraft = ({ outcome, reason, also }: DecisionDraft): boolean =>
  outcome === undefined && reason.trim() === '' && also.length === 0;

/** In characters as the API counts them. */
export const reasonLengthMax = 2000;

/** The same for the same outcome, whichever answer offers it. */
export const outcomeKey = (outcome: CaseOutcome): string => JSON.stringify(outcome);

const chosenOutcome = ({ outcomes }: CaseReport, { outcome }: DecisionDraft): OfferedOutcome | undefined =>
  outcomes.find((offered) => outcomeKey(offered.outcome) === outcome);

/** Those that still wait; what was chosen and waits no more is left out. */
export const otherOpenCases = ({ caseId, order }: CaseReport): readonly string[] =>
  order.openCases.filter((id) => id !== caseId);

export interface Decision {
  readonly offered: OfferedOutcome;
  readonly reason: string;
  readonly also: readonly string[];
}

export type DraftFlaw = 'outcome' | 'reason' | 'reason-too-long';

/** What can be sent, or what it lacks. */
export const readDraft = (report: CaseReport, draft: DecisionDraft): Decision | readonly DraftFlaw[] => {
  const offered = chosenOutcome(report, draft);
  const reason = draft.reason.trim();
  if (offered && reason !== '' && reason.length <= reasonLengthMax)
    return { offered, reason, also: otherOpenCases(report).filter((id) => draft.also.includes(id)) };
  return [
    ...(offered ? [] : (['outcome'] as const)),
    ...(reason === '' ? (['reason'] as const) : []),
    ...(reason.length > reasonLengthMax ? (['reason-too-long'] as const) : []),
  ];
};

export const isDecision = (read: Decision | readonly DraftFlaw[]): read is Decision => 'offered' in read;

/** What `POST /cases/{id}/resolution` takes. */
export const decisionBody = ({ orderId }: CaseReport, { offered, reason, also }: Decision) => ({
  outcome: offered.outcome,
  reason,
  ...(also.length > 0 && { alsoSettles: also }),
  order: orderId,
});

/** A value that is sealed here cannot be stored from here. */
export const isSealedHere = ({ fields = {} }: CaseOutcome): boolean =>
  Object.values(fields).some((value) => typeof value === 'object' && value !== null && 'sealed' in value);

/**
 * The status that is stored: to leave the order as it stands is a decision for that, unless nothing but a field is in
 * dispute. Undefined where none is stored.
 */
export const storedStatus = (report: CaseReport, { offered, also }: Decision): string | undefined => {
  const { status } = offered.outcome;
  if (status !== undefined) return status;
  const reasons = [
    ...report.reasons,
    ...report.history.flatMap(({ id, case: found }) => (also.includes(id) ? (found?.reasons ?? []) : [])),
  ];
  const isAboutStatus = reasons.some((reason) => reason !== 'field-disputed');
  return isAboutStatus && report.order.status !== 'none' ? report.order.status : undefined;
};
