/** The last look: exactly what is going to be stored, and by whom. */
import { useEffect, useRef } from 'preact/hooks';
import type { CaseReport } from '../../../../order-api/cases/case-report.ts';
import { Fact } from '../../components/fact.tsx';
import { ForeignText } from '../../components/foreign-text.tsx';
import { Value } from '../../components/value.tsx';
import { type Decision, reasonLengthMax, storedStatus } from '../../model/decision-draft.ts';
import { usePlace } from '../../place.ts';
import type { DecisionInProgress } from './use-decision.ts';

export interface ConfirmDecisionProps {
  readonly report: CaseReport;
  readonly decision: DecisionInProgress;
  readonly read: Decision;
}

export const ConfirmDecision = ({ report, decision: { isSending, send, edit }, read }: ConfirmDecisionProps) => {
  const { session } = usePlace();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const status = storedStatus(report, read);
  const fields = Object.entries(read.offered.outcome.fields ?? {});
  return (
    <section class="confirm" aria-labelledby="confirm">
      <h3 id="confirm" tabIndex={-1} ref={heading}>
        This is what will be stored
      </h3>
      <dl class="facts">
        <Fact name="Entry">
          ConflictResolved, for order {report.orderId} in {report.region}
        </Fact>
        <Fact name="Settles">
          {[report.caseId, ...read.also].map((id) => (
            <div key={id} class="mono">
              {id}
            </div>
          ))}
        </Fact>
        <Fact name="Status">{status === undefined ? 'none: the status is left alone' : <strong>{status}</strong>}</Fact>
        {fields.map(([name, value]) => (
          <Fact key={name} name={name}>
            <Value of={value} />
          </Fact>
        ))}
        <Fact name="Reason">
          <ForeignText text={read.reason} lengthMax={reasonLengthMax} />
        </Fact>
        <Fact name="By">
          <ForeignText text={session.subject} />
        </Fact>
        <Fact name="Only if">
          the order is still complete to <span class="mono">{report.order.token}</span>
        </Fact>
      </dl>
      <div class="row">
        <button type="button" class="primary" aria-disabled={isSending} onClick={send}>
          {isSending ? 'Storing …' : 'Store this decision'}
        </button>
        <button type="button" aria-disabled={isSending} onClick={edit}>
          Change it
        </button>
      </div>
    </section>
  );
};
