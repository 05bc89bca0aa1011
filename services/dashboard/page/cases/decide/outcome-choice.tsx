/** One outcome to choose, with the state that the order would then be in. */
import { useId } from 'preact/hooks';
import type { OfferedOutcome } from '../../../../../domain/review/offer-outcomes.ts';
import type { CaseReport } from '../../../../order-api/cases/case-report.ts';
import { Value } from '../../components/value.tsx';
import { countText } from '../../model/count-text.ts';
import { isSealedHere } from '../../model/decision-draft.ts';
import { moneyText } from '../../model/money-text.ts';
import { classToWords } from '../../model/order-words.ts';
import { OutcomeText } from '../outcome-text.tsx';

export interface OutcomeChoiceProps {
  readonly offered: OfferedOutcome;
  readonly report: CaseReport;
  /** Ids of other cases that the decision settles. */
  readonly also: readonly string[];
  readonly isChosen: boolean;
  readonly choose: () => void;
}

export const OutcomeChoice = ({ offered, report, also, isChosen, choose }: OutcomeChoiceProps) => {
  const id = useId();
  const { outcome } = offered;
  const isSealed = isSealedHere(outcome);
  return (
    <div class={`outcome${isChosen ? ' chosen' : ''}`}>
      <input
        type="radio"
        id={id}
        name="outcome"
        checked={isChosen}
        disabled={isSealed}
        onChange={choose}
        aria-describedby={`${id}-preview`}
      />
      <div>
        <label for={id}>
          <OutcomeText outcome={outcome} left={report.order.status} />
        </label>
        <div id={`${id}-preview`} class="preview">
          {isSealed ? (
            <p>Its value is personal, and the key to it is not in {report.region}: it cannot be chosen here.</p>
          ) : (
            <Preview offered={offered} report={report} also={also} />
          )}
        </div>
      </div>
    </div>
  );
};

const Preview = ({ offered: { preview }, report, also }: Pick<OutcomeChoiceProps, 'offered' | 'report' | 'also'>) => {
  const { status, provisional, money, fields, legalMoves } = preview;
  const currency = report.order.fields['currency'];
  const open = preview.openCases.filter((id) => !also.includes(id)).length;
  // Previewed is the decision about this case alone.
  const isAlone = also.length === 0;
  const { name, meaning } = classToWords(preview.class);
  const moves = [...legalMoves.decisions, ...legalMoves.facts];
  return (
    <ul>
      <li>
        Then the order is {status}
        {provisional && isAlone && ' (provisional)'}.
      </li>
      {isAlone && (
        <li>
          Class {name}. {meaning}
        </li>
      )}
      <li>
        {Object.entries(money)
          .map(([kind, amount]) => `${moneyText(amount, currency)} ${kind}`)
          .join(', ')}
        .
      </li>
      {Object.entries(fields).map(([name, value]) => (
        <li key={name}>
          {name} is <Value of={value} />
        </li>
      ))}
      <li>{openText(open)}</li>
      <li>{moves.length === 0 ? 'Nothing can happen to it after that.' : `Next possible: ${moves.join(', ')}.`}</li>
    </ul>
  );
};

const openText = (open: number): string =>
  open === 0
    ? 'No case of the order stays open.'
    : `${countText(open, 'case')} of the order ${open === 1 ? 'stays' : 'stay'} open.`;
