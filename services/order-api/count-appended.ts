/**
 * How many entries a command stored, for whoever watches the traffic.
 *
 * At once and before anything is answered: what is stored is stored, whatever becomes of its request.
 */
import type { AppendOutcome } from '../ledger/append-commands.ts';
import type { OrderApiDeps } from './order-api-deps.ts';

/** Those that were stored before, under the same key, are not counted again. */
export const countAppended = (
  { metrics }: Pick<OrderApiDeps, 'metrics'>,
  outcomes: readonly Pick<AppendOutcome, 'kind'>[],
): void => {
  const appended = outcomes.filter(({ kind }) => kind === 'appended').length;
  if (appended > 0) metrics.count('EntriesAppended', appended);
};
