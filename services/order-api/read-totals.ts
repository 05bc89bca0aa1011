/**
 * `GET /totals`: what the orders of the caller's tenant add up to in this region.
 *
 * The totals are exactly the sum of the rows of the region's views, which follow its ledger within moments, so no single
 * time says how old they are; `entries.<region>` counts the entries that they have seen.
 */
import type { Totals } from '../../domain/ports/view-store.ts';
import { type Answer, answerOk, answerProblem } from './http-answer.ts';
import type { OrderApiDeps } from './order-api-deps.ts';
import { refuseHeader } from './read-headers.ts';
import type { ApiRequest } from './request.ts';

export interface TotalsAnswer {
  readonly region: string;
  readonly totals: Totals;
}

export const readTotals =
  ({ views, region }: OrderApiDeps) =>
  async ({ event, caller: { tenant } }: ApiRequest): Promise<Answer> => {
    const token = refuseHeader(
      event,
      'Rejoin-Token',
      'Totals follow many orders; send the token of one to its own path.',
    );
    if (token.kind === 'refused') return answerProblem(token.refusal);
    const answered: TotalsAnswer = { region, totals: await views.totals(tenant) };
    return answerOk(answered);
  };
