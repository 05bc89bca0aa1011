/** What the orders and cases of the region that is read from add up to. */
import type { TotalsAnswer } from '../../../order-api/read-totals.ts';
import { concernsCases } from '../model/changes.ts';
import { usePlace } from '../place.ts';
import { useResource } from './use-resource.ts';

/** Undefined until they are known. */
export const useTotals = (): TotalsAnswer | undefined => {
  const { api } = usePlace();
  return useResource<TotalsAnswer>({
    key: api.region,
    load: (signal) => api.readTotals(signal),
    concerns: concernsCases,
  }).value;
};
