/** An entry of the order by what it said and where it was accepted, as one speaks of it. */
import type { CaseStep } from '../../../order-api/cases/case-history.ts';
import type { CaseReport } from '../../../order-api/cases/case-report.ts';
import { ShortId } from '../components/case-name.tsx';
import { eventsText } from '../model/order-changes.ts';

export interface EntryNameProps {
  readonly id: string;
  /** Undefined where the answer does not have it. */
  readonly step: CaseStep | undefined;
  readonly position?: string;
}

export const EntryName = ({ id, step, position = step?.position }: EntryNameProps) => (
  <span title={id}>
    {step ? <strong>{eventsText(step)}</strong> : <ShortId id={id} />}
    {position !== undefined && (
      <>
        {' '}
        at <span class="mono">{position}</span>
      </>
    )}
  </span>
);

export const stepsById = ({ history }: Pick<CaseReport, 'history'>): ReadonlyMap<string, CaseStep> =>
  new Map(history.map((step) => [step.id, step]));
