import { expect, it } from 'vitest';
import { caseTotals } from '../../../services/dashboard/page/model/totals.ts';

it('counts as open what waits for a person and what is illegal so far', () => {
  const totals = { orders: 9, 'cases.review': 3, 'cases.illegal': 2, 'cases.settled': 7 };
  expect(caseTotals({ region: 'us-east-1', totals })).toEqual({ open: 5, forPerson: 3, illegal: 2 });
  expect(caseTotals({ region: 'us-east-1', totals: {} })).toEqual({ open: 0, forPerson: 0, illegal: 0 });
});
