/** What a step of the history did to the status: it was rejected, or left it, or led it on. */
import { Status } from './status.tsx';

export interface StepEffectProps {
  readonly step: { readonly accepted: boolean; readonly from: string; readonly to: string };
}

export const StepEffect = ({ step: { accepted, from, to } }: StepEffectProps) => {
  if (!accepted)
    return (
      <>
        <Status tone="bad">rejected</Status> <small class="quiet">stays {to}</small>
      </>
    );
  return from === to ? (
    <span class="quiet">stays {to}</span>
  ) : (
    <>
      {from} → <strong>{to}</strong>
    </>
  );
};
