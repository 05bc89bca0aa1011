/** Where a case is decided: the form while it waits, what became of it once it does not, and who may. */
import { useEffect, useRef } from 'preact/hooks';
import { coversCut } from '../../../../../domain/ledger/cut.ts';
import type { CaseReport } from '../../../../order-api/cases/case-report.ts';
import { ForeignText } from '../../components/foreign-text.tsx';
import { Time } from '../../components/time.tsx';
import { isEmptyDraft } from '../../model/decision-draft.ts';
import { usePlace } from '../../place.ts';
import { OutcomeText } from '../outcome-text.tsx';
import { DecideForm } from './decide-form.tsx';
import { RefusedNote } from './refused-note.tsx';
import type { DecisionInProgress } from './use-decision.ts';

export interface DecideSectionProps {
  /** Undefined while the region has not answered; what was written is kept. */
  readonly report: CaseReport | undefined;
  readonly decision: DecisionInProgress;
}

export const DecideSection = ({ report, decision }: DecideSectionProps) => {
  const { session } = usePlace();
  if (!session.scopes.has('reviews:decide'))
    return report && report.outcomes.length > 0 ? (
      <p class="note">
        You can read this case, not decide it: that takes a token with the scope <code>reviews:decide</code>.
      </p>
    ) : null;
  const { answer, draft, refused } = decision;
  // A region that has not seen what was just decided asks nobody to decide it again.
  const isBehind = report !== undefined && answer !== undefined && !coversCut(report.order.cut, answer.order.cut);
  const isOpen = report !== undefined && report.outcomes.length > 0 && !isBehind;
  const isOverMeanwhile = report !== undefined && report.outcomes.length === 0 && !answer;
  return (
    <>
      {answer && <Answered answer={answer} />}
      {isOverMeanwhile && !isEmptyDraft(draft) && <Overtaken report={report} reason={draft.reason} />}
      {isOverMeanwhile && refused && <RefusedNote decision={decision} refused={refused} />}
      {isOpen && <DecideForm report={report} decision={decision} />}
    </>
  );
};

const Answered = ({ answer }: { readonly answer: NonNullable<DecisionInProgress['answer']> }) => {
  const { decision, decidedBefore, order } = answer;
  return (
    <div class={`note ${decidedBefore ? 'warn' : 'good'}`} role="status" tabIndex={-1} ref={useFocusThatWasLost()}>
      <p>
        <strong>
          {decidedBefore ? 'Somebody had decided before you; yours was not stored.' : 'Decided and stored.'}
        </strong>{' '}
        The order is now {order.status}.
      </p>
      {decision && (
        <p>
          <ForeignText text={decision.actor ?? 'Somebody'} /> decided in {decision.region},{' '}
          <Time at={decision.decidedAt} />: <OutcomeText outcome={decision} />. Reason:{' '}
          <ForeignText text={decision.reason} />
        </p>
      )}
    </div>
  );
};

/** While somebody was about to decide. */
const Overtaken = ({ report, reason }: { readonly report: CaseReport; readonly reason: string }) => (
  <section class="card" aria-labelledby="case-overtaken">
    <div class="note warn" role="alert" tabIndex={-1} ref={useFocusThatWasLost()}>
      <strong id="case-overtaken">
        {report.state === 'withdrawn' ? 'There is nothing left to decide.' : 'Somebody has decided it meanwhile.'}
      </strong>{' '}
      What you chose was not stored.
    </div>
    {reason.trim() !== '' && (
      <label class="field">
        What you had written
        <textarea rows={3} readOnly value={reason} />
      </label>
    )}
  </section>
);

/** The form that had the focus is gone: who works by keyboard goes on where it was. */
const useFocusThatWasLost = () => {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) element.current?.focus();
  }, []);
  return element;
};
