/** Other open cases of the order, for who wants one decision to settle several. */
import { useId } from 'preact/hooks';
import type { CaseReport } from '../../../../order-api/cases/case-report.ts';
import { CaseLink } from '../../components/case-name.tsx';
import { reasonToWords } from '../../model/case-words.ts';
import { otherOpenCases } from '../../model/decision-draft.ts';
import { EntryName, stepsById } from '../entry-name.tsx';

export interface AlsoSettlesProps {
  readonly report: CaseReport;
  readonly also: readonly string[];
  readonly change: (also: readonly string[]) => void;
}

export const AlsoSettles = ({ report, also, change }: AlsoSettlesProps) => {
  const id = useId();
  const others = otherOpenCases(report);
  if (others.length === 0) return null;
  const steps = stepsById(report);
  return (
    <fieldset class="also">
      <legend>Also settles</legend>
      <p class="quiet">Other cases of this order that wait. One decision can settle them, too.</p>
      {others.map((caseId, at) => {
        const step = steps.get(caseId);
        return (
          <div key={caseId} class="also-case">
            <input
              type="checkbox"
              id={`${id}-${at}`}
              checked={also.includes(caseId)}
              onChange={({ currentTarget: { checked } }) =>
                change(checked ? [...also, caseId] : also.filter((it) => it !== caseId))
              }
            />
            <label for={`${id}-${at}`}>
              <EntryName id={caseId} step={step} />
              {step?.case && `: ${step.case.reasons.map((reason) => reasonToWords(reason).name).join(', ')}`}
            </label>
            <CaseLink caseId={caseId} orderId={report.orderId} />
          </div>
        );
      })}
      {report.order.openCasesLeftOut !== undefined && (
        <p class="quiet">{report.order.openCasesLeftOut} more wait, too many for one decision.</p>
      )}
    </fieldset>
  );
};
