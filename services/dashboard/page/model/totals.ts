/** What a region's totals say of its cases. Pure. */
import type { TotalsAnswer } from '../../../order-api/read-totals.ts';

export interface CaseTotals {
  /** All that are not over. */
  readonly open: number;
  readonly forPerson: number;
  readonly illegal: number;
}

export const caseTotals = ({ totals }: TotalsAnswer): CaseTotals => {
  const { 'cases.review': forPerson = 0, 'cases.illegal': illegal = 0 } = totals;
  return { open: forPerson + illegal, forPerson, illegal };
};
