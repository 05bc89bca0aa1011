/** What an order's money stands at, a line for each kind, in the order's currency where it is known. */
import { moneyText } from '../model/money-text.ts';

export interface MoneyProps {
  /** By kind, in minor units. */
  readonly money: Readonly<Record<string, number>>;
  /** As the order's field has it. */
  readonly currency?: unknown;
}

export const Money = ({ money, currency }: MoneyProps) => {
  const moved = Object.entries(money).filter(([, amount]) => amount !== 0);
  if (moved.length === 0) return <span class="quiet">none moved</span>;
  return (
    <>
      {moved.map(([kind, amount]) => (
        <div key={kind}>
          {moneyText(amount, currency)} <small class="quiet">{kind}</small>
        </div>
      ))}
    </>
  );
};
