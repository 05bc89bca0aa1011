/**
 * The fields of an order as somebody reads them who may: what is sealed is opened, as far as its keys are here.
 */
import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import { type FoldedOrder, openAll, openSealed, openStored, sealedIn } from './open-sealed.ts';
import type { SealDeps } from './seal-draft.ts';

/** Throws LedgerFault. */
export const openFields = async (deps: SealDeps, order: FoldedOrder): Promise<FoldedStream['fields']> => {
  const { fields } = order.folded;
  const sealed = sealedIn(fields);
  return sealed.length === 0 ? fields : openAll(await openSealed(deps, order, sealed), fields);
};

/** After a write: what is stored is stored, so a key that cannot be had now leaves values closed, and is no error. */
export const openStoredFields = async (deps: SealDeps, order: FoldedOrder): Promise<FoldedStream['fields']> => {
  const { fields } = order.folded;
  const sealed = sealedIn(fields);
  return sealed.length === 0 ? fields : openAll(await openStored(deps, order, sealed), fields);
};
