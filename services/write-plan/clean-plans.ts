/**
 * Removes old records of what a region enacted.
 *
 * It may run late, twice and beside enactors, which is how a clean-up took the active plan of DynamoDB's DNS away in
 * October 2025. Here it could not: the plan that holds stands whole in the region's document, which this never writes, and
 * a record is only a line of its history. Even so the record of the active plan is never removed: the document is read
 * again before each removal, and who enacts a plan between that and the removal raises the record's revision, on which the
 * removal is conditioned, or puts the record after it.
 */
import type { ControlDocument, ControlStore } from '../../domain/ports/control-store.ts';
import { enactedPlanName, enactedPlansKind } from './enacted-plans.ts';
import type { RegionDocument } from './region-document.ts';

export interface CleanPlansDeps {
  readonly controlStore: Pick<ControlStore, 'list' | 'remove'>;
  readonly document: Pick<RegionDocument, 'read'>;
}

/** As many changes of plan as anybody looks back at. */
export const enactmentsKept = 50;

/** Keeps the newest. Returns the names of the records that it removed. Throws LedgerFault. */
export const cleanPlans = async (
  { controlStore, document }: CleanPlansDeps,
  kept = enactmentsKept,
): Promise<readonly string[]> => {
  const records: ControlDocument<unknown>[] = [];
  for await (const record of controlStore.list<unknown>(enactedPlansKind)) records.push(record);
  const removed: string[] = [];
  for (const { name, revision } of records.slice(0, Math.max(0, records.length - kept))) {
    const { state } = await document.read();
    // Nobody can say which is active.
    if (!state) break;
    if (name === enactedPlanName(state.plan)) continue;
    if (await controlStore.remove(enactedPlansKind, name, revision)) removed.push(name);
  }
  return removed;
};
