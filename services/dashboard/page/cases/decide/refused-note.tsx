/** That a decision was not taken, why, and what to do. */
import { adviseOn } from '../../model/decision-advice.ts';
import { usePlace } from '../../place.ts';
import type { DecisionInProgress, RefusedDecision } from './use-decision.ts';

export interface RefusedNoteProps {
  readonly decision: DecisionInProgress;
  readonly refused: RefusedDecision;
}

export const RefusedNote = ({
  decision: { isConfirming, isSending, send },
  refused: { problem, region },
}: RefusedNoteProps) => {
  const { apis, chooseRegion } = usePlace();
  const { text, step } = adviseOn(problem, { region, regions: apis.map((api) => api.region) });
  return (
    <div class="note bad" role="alert">
      <strong>
        {region}: {problem.title}.
      </strong>{' '}
      {step === 'none' && problem.detail} {text}
      {step === 'again' && isConfirming && (
        <button type="button" aria-disabled={isSending} onClick={send}>
          Try again
        </button>
      )}
      {typeof step === 'object' && (
        <button type="button" onClick={() => chooseRegion(step.there)}>
          Read from {step.there}
        </button>
      )}
    </div>
  );
};
