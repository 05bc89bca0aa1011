/** How long what is written takes in one direction. What is typed and not set yet stays, whatever the world says. */
import { useState } from 'preact/hooks';

export interface LagFieldProps {
  readonly from: string;
  readonly to: string;
  readonly ms: number;
  readonly onSet: (ms: number) => void;
}

const lagMsMax = 3_600_000;

export const LagField = ({ from, to, ms, onSet }: LagFieldProps) => {
  const [typed, setTyped] = useState<string>();
  const set = (event: Event): void => {
    event.preventDefault();
    if (typed !== undefined) onSet(Number(typed));
    setTyped(undefined);
  };
  return (
    <form class="lag" onSubmit={set}>
      <label>
        Lag{' '}
        <span class="unseen">
          {from} → {to}, in milliseconds
        </span>
        <input
          type="number"
          min="0"
          max={lagMsMax}
          step="1"
          required
          value={typed ?? String(ms)}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />{' '}
        <span aria-hidden="true">ms</span>
      </label>
      <button type="submit">
        Set
        <span class="unseen">
          {' '}
          lag {from} → {to}
        </span>
      </button>
    </form>
  );
};
