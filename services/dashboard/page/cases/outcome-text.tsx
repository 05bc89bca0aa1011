/** What a decision says, as a sentence without its end: of one that was taken, or that is offered. */
import { valueText } from '../model/value-text.ts';

export interface OutcomeTextProps {
  readonly outcome: {
    readonly status?: string | undefined;
    readonly fields?: Readonly<Record<string, unknown>> | undefined;
  };
  /** The status in which the order is left, where it is known. */
  readonly left?: string;
}

export const OutcomeText = ({ outcome: { status, fields = {} }, left }: OutcomeTextProps) => {
  const chosen = Object.entries(fields);
  if (status === undefined && chosen.length === 0)
    return (
      <>
        The order stays as it stands
        {left !== undefined && (
          <>
            : <strong>{left}</strong>
          </>
        )}
      </>
    );
  return (
    <>
      {status !== undefined && (
        <>
          The order is <strong>{status}</strong>
          {chosen.length > 0 && '; '}
        </>
      )}
      {chosen.map(([name, value], at) => (
        <span key={name}>
          {at > 0 && '; '}
          {name} is{' '}
          <strong>
            <bdi class="foreign">{valueText(value)}</bdi>
          </strong>
        </span>
      ))}
    </>
  );
};
