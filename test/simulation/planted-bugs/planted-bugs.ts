/**
 * Every planted bug. One that needs code which does not exist yet (enactor, clean-up, alerts) comes with that code.
 */
import { acknowledgedBeforePut } from './acknowledged-before-put.ts';
import { conditionSeesOneReplica } from './condition-sees-one-replica.ts';
import { duplicatesExpire } from './duplicates-expire.ts';
import { failedPutSwallowed } from './failed-put-swallowed.ts';
import { foldByWallClock } from './fold-by-wall-clock.ts';
import { forgetfulLedgerClock } from './forgetful-ledger-clock.ts';
import type { PlantedBug } from './planted-bug.ts';
import { regionLeftEventual } from './region-left-eventual.ts';
import { trustRecordOrder } from './trust-record-order.ts';
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
];
