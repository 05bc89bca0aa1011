/**
 * Every planted bug of the ledger. Those of the write plan: write-plan/planted-bugs.
 */
import { acknowledgedBeforePut } from './acknowledged-before-put.ts';
import { alertAfterView } from './alert-after-view.ts';
import { alertFailureSwallowed } from './alert-failure-swallowed.ts';
import { cleanUpIgnoresPointer } from './clean-up-ignores-pointer.ts';
import { conditionSeesOneReplica } from './condition-sees-one-replica.ts';
import { duplicatesExpire } from './duplicates-expire.ts';
import { failedPutSwallowed } from './failed-put-swallowed.ts';
import { foldByWallClock } from './fold-by-wall-clock.ts';
import { forgetfulLedgerClock } from './forgetful-ledger-clock.ts';
import { generationsCached } from './generations-cached.ts';
import { oldVersionOverwrites } from './old-version-overwrites.ts';
import type { PlantedBug } from './planted-bug.ts';
import { regionLeftEventual } from './region-left-eventual.ts';
import { switchWithoutCondition } from './switch-without-condition.ts';
import { totalsCountedTwice } from './totals-counted-twice.ts';
import { trustRecordOrder } from './trust-record-order.ts';
import { unsaidNotKept } from './unsaid-not-kept.ts';
import { viewWithoutCutCondition } from './view-without-cut-condition.ts';

export const plantedBugs: readonly PlantedBug[] = [
  viewWithoutCutCondition,
  foldByWallClock,
  duplicatesExpire,
  trustRecordOrder,
  acknowledgedBeforePut,
  forgetfulLedgerClock,
  failedPutSwallowed,
  conditionSeesOneReplica,
  regionLeftEventual,
  alertAfterView,
  unsaidNotKept,
  alertFailureSwallowed,
  switchWithoutCondition,
  cleanUpIgnoresPointer,
  totalsCountedTwice,
  oldVersionOverwrites,
  generationsCached,
];
