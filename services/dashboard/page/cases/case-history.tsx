/** The history of the order as the fold chose it: each step with who said it, where and when, and what became of it. */
import { useState } from 'preact/hooks';
import type { CaseStep, StepCase } from '../../../order-api/cases/case-history.ts';
import type { CaseReport } from '../../../order-api/cases/case-report.ts';
import { CaseLink } from '../components/case-name.tsx';
import { ForeignText } from '../components/foreign-text.tsx';
import { StepEffect } from '../components/step-effect.tsx';
import { Time } from '../components/time.tsx';
import { Unfold } from '../components/unfold.tsx';
import { Value } from '../components/value.tsx';
import { reasonToWords } from '../model/case-words.ts';

/** More are shown to who asks for them. */
const stepsMax = 30;

export const CaseHistory = ({ report }: { readonly report: CaseReport }) => {
  const { history, leftOut, caseId, orderId, opponents } = report;
  const [isWhole, setIsWhole] = useState(false);
  const parties = new Set([caseId, ...opponents]);
  const shown = isWhole ? history : history.filter(({ id }, at) => at >= history.length - stepsMax || parties.has(id));
  const hidden = history.length - shown.length;
  return (
    <section class="card" aria-labelledby="case-history">
      <h2 id="case-history">History of the order</h2>
      <p class="quiet">In the order in which the entries were applied.</p>
      {leftOut > 0 && <p class="quiet">{leftOut} older steps are left out.</p>}
      {hidden > 0 && (
        <p>
          <button type="button" onClick={() => setIsWhole(true)}>
            Show {hidden} older steps
          </button>
        </p>
      )}
      <table class="stacks">
        <caption class="unseen">Steps of the order</caption>
        <thead>
          <tr>
            <th scope="col">When and where</th>
            <th scope="col">By</th>
            <th scope="col">What</th>
            <th scope="col">What became of it</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((step) => (
            <StepRow
              key={step.id}
              step={step}
              orderId={orderId}
              isAbout={step.id === caseId}
              isOpponent={opponents.includes(step.id)}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
};

interface StepRowProps {
  readonly step: CaseStep;
  readonly orderId: string;
  readonly isAbout: boolean;
  readonly isOpponent: boolean;
}

const StepRow = ({ step, orderId, isAbout, isOpponent }: StepRowProps) => (
  <tr class={isAbout ? 'about' : undefined}>
    <td data-label="When and where">
      <Time at={step.time} />
      <small class="under">
        <span class="mono">{step.position}</span>
        {isAbout && ' · this case'}
        {isOpponent && ' · its opponent'}
      </small>
    </td>
    <td data-label="By">
      {step.source}
      {step.actor !== undefined && (
        <small class="under">
          <ForeignText text={step.actor} />
        </small>
      )}
    </td>
    <td data-label="What">
      {step.events.map(({ type, data }, at) => (
        <div key={at}>
          <strong>{type}</strong>
          {data && <EventData data={data} isOpen={isAbout || isOpponent} />}
        </div>
      ))}
    </td>
    <td data-label="Became">
      <StepEffect step={step} />
      {step.case && <StepReasons found={step.case} caseId={step.id} orderId={orderId} isAbout={isAbout} />}
    </td>
  </tr>
);

interface EventDataProps {
  readonly data: Readonly<Record<string, unknown>>;
  /** It is what the case is about. */
  readonly isOpen: boolean;
}

/** A long payload would push the other steps out of sight. */
const EventData = ({ data, isOpen }: EventDataProps) => {
  if (Object.keys(data).length === 0) return null;
  return isOpen || JSON.stringify(data).length <= dataLengthMax ? (
    <Value of={data} />
  ) : (
    <Unfold title="Data">{() => <Value of={data} />}</Unfold>
  );
};

const dataLengthMax = 150;

interface StepReasonsProps {
  readonly found: StepCase;
  readonly caseId: string;
  readonly orderId: string;
  readonly isAbout: boolean;
}

const StepReasons = ({ found: { reasons, settledBy }, caseId, orderId, isAbout }: StepReasonsProps) => (
  <small class="under">
    {reasons.map((reason) => reasonToWords(reason).name).join(', ')}
    {settledBy !== undefined && ', settled'}
    {!isAbout && (
      <>
        {': case '}
        <CaseLink caseId={caseId} orderId={orderId} />
      </>
    )}
  </small>
);
