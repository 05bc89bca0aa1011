/** How many cases there are in all, as the region counts them. */
import { useTotals } from '../live/use-totals.ts';
import { caseTotals } from '../model/totals.ts';

export const OpenCasesTotal = () => {
  const totals = useTotals();
  if (!totals) return null;
  const { open, forPerson, illegal } = caseTotals(totals);
  return (
    <p class="quiet">
      <strong>{count(open)} open</strong> · {count(forPerson)} for a person · {count(illegal)} illegal so far
    </p>
  );
};

const count = (total: number): string => total.toLocaleString();
