/** The form in which a case is decided: an outcome, a reason, what else it settles, and a last look before it is stored. */
import { useEffect, useId, useRef } from 'preact/hooks';
import type { CaseReport } from '../../../../order-api/cases/case-report.ts';
import { type DraftFlaw, isDecision, outcomeKey, readDraft, reasonLengthMax } from '../../model/decision-draft.ts';
import { orderChanges } from '../../model/order-changes.ts';
import { AlsoSettles } from './also-settles.tsx';
import { ConfirmDecision } from './confirm-decision.tsx';
import { OutcomeChoice } from './outcome-choice.tsx';
import { RefusedNote } from './refused-note.tsx';
import type { DecisionInProgress } from './use-decision.ts';

export interface DecideFormProps {
  readonly report: CaseReport;
  readonly decision: DecisionInProgress;
}

export const DecideForm = ({ report, decision }: DecideFormProps) => {
  const { draft, change, seen, look, isAsked, isConfirming, isSending, ask, refused } = decision;
  const read = readDraft(report, draft);
  const flaws = isAsked && !isDecision(read) ? read : [];
  const changes = seen ? orderChanges(seen, report) : [];
  const decideButton = useRef<HTMLButtonElement>(null);
  const wasConfirming = useRef(false);
  useEffect(() => {
    // Back from the last look: to where it was asked for.
    if (wasConfirming.current && !isConfirming) decideButton.current?.focus();
    wasConfirming.current = isConfirming;
  }, [isConfirming]);
  return (
    <section class="card" aria-labelledby="decide">
      <h2 id="decide">Decide</h2>
      <p class="quiet">
        A decision is stored in {report.region} for the order as it is shown here, and never undone; another decision
        after it is another entry.
      </p>
      {changes.length > 0 && (
        <MovedOn
          title={titleOf(seen, report)}
          changes={changes}
          isOffered={isDecision(read) || draft.outcome === undefined || !read.includes('outcome')}
          look={look}
        />
      )}
      {refused?.region === report.region && <RefusedNote decision={decision} refused={refused} />}
      <form
        class="decide"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <fieldset disabled={isConfirming || isSending} class="choices-of-decision">
          <legend class="unseen">The decision</legend>
          <fieldset class="outcomes" aria-describedby={flaws.includes('outcome') ? 'outcome-flaw' : undefined}>
            <legend>Outcome</legend>
            {report.outcomes.map((offered) => (
              <OutcomeChoice
                key={outcomeKey(offered.outcome)}
                offered={offered}
                report={report}
                also={draft.also}
                isChosen={draft.outcome === outcomeKey(offered.outcome)}
                choose={() => change({ outcome: outcomeKey(offered.outcome) })}
              />
            ))}
            <Flaw id="outcome-flaw" text={flaws.includes('outcome') ? 'Choose an outcome.' : ''} />
          </fieldset>
          <AlsoSettles report={report} also={draft.also} change={(also) => change({ also })} />
          <ReasonField reason={draft.reason} change={(reason) => change({ reason })} flaws={flaws} />
        </fieldset>
        {!isConfirming && (
          <div class="row">
            <button type="submit" class="primary" ref={decideButton} disabled={isSending}>
              Decide …
            </button>
            <span class="quiet">You see what is stored before it is.</span>
          </div>
        )}
      </form>
      {isConfirming && isDecision(read) && <ConfirmDecision report={report} decision={decision} read={read} />}
    </section>
  );
};

const titleOf = (seen: CaseReport | undefined, { region }: CaseReport): string =>
  seen?.region === region
    ? 'The order has moved on since you looked.'
    : `${region} knows the order differently from where you looked before.`;

interface MovedOnProps {
  readonly title: string;
  readonly changes: readonly string[];
  /** What was chosen can still be chosen. */
  readonly isOffered: boolean;
  readonly look: () => void;
}

const MovedOn = ({ title, changes, isOffered, look }: MovedOnProps) => (
  <div class="note warn" role="alert">
    <strong>{title}</strong> What you chose and wrote is still here.
    <ul>
      {changes.map((change) => (
        <li key={change}>{change}</li>
      ))}
      {!isOffered && <li>The outcome that you chose is no longer offered: choose another.</li>}
    </ul>
    <button type="button" onClick={look}>
      I have seen it
    </button>
  </div>
);

interface ReasonFieldProps {
  readonly reason: string;
  readonly change: (reason: string) => void;
  readonly flaws: readonly DraftFlaw[];
}

const ReasonField = ({ reason, change, flaws }: ReasonFieldProps) => {
  const id = useId();
  const { length } = reason.trim();
  const isTooLong = length > reasonLengthMax;
  const flaw = flaws.includes('reason') ? 'Say why: it is stored with the decision.' : '';
  const tooLong = isTooLong ? `The reason is ${(length - reasonLengthMax).toLocaleString()} characters too long.` : '';
  return (
    <div class="field">
      <label for={id}>Reason</label>
      <textarea
        id={id}
        rows={3}
        required
        value={reason}
        aria-invalid={flaw !== '' || isTooLong}
        aria-describedby={`${id}-count ${id}-flaw`}
        onInput={({ currentTarget }) => change(currentTarget.value)}
      />
      <span id={`${id}-count`} class="quiet">
        {length.toLocaleString()} of {reasonLengthMax.toLocaleString()} characters
      </span>
      <Flaw id={`${id}-flaw`} text={tooLong || flaw} />
    </div>
  );
};

/** There before it says anything, so that it is heard when it does. */
const Flaw = ({ id, text }: { readonly id: string; readonly text: string }) => (
  <p id={id} class="flaw" role="alert">
    {text}
  </p>
);
