/**
 * Every invariant that can be checked by now. A new one is one file and one line here.
 */
import { alertsNotLost } from './alerts-not-lost.ts';
import type { Checker, CheckerDeps, WatchedRegion } from './checker.ts';
import { equalTotals } from './equal-totals.ts';
import { gaplessParts } from './gapless-parts.ts';
import { generationsGoOn } from './generations-go-on.ts';
import { hashesVerify } from './hashes-verify.ts';
import { idsFollow } from './ids-follow.ts';
import { newestVersion } from './newest-version.ts';
import { nothingLost } from './nothing-lost.ts';
import { oneCaseEach } from './one-case-each.ts';
import { oneChain } from './one-chain.ts';
import { oneEffect } from './one-effect.ts';
import { regionsAgree } from './regions-agree.ts';
import { rightTotals } from './right-totals.ts';
import { rowsFollowAlerts } from './rows-follow-alerts.ts';
import { sameState } from './same-state.ts';
import { switchKeepsRows } from './switch-keeps-rows.ts';
import { totalsAddUp } from './totals-add-up.ts';
import { viewsAdvance } from './views-advance.ts';

export const createCheckers = (
  deps: CheckerDeps,
  regionOf: (name: string) => WatchedRegion | undefined,
): readonly Checker[] => [
  nothingLost(deps),
  gaplessParts(deps),
  viewsAdvance(),
  generationsGoOn(deps),
  rowsFollowAlerts(),
  totalsAddUp(),
  switchKeepsRows(deps),
  oneEffect(deps),
  oneCaseEach(),
  rightTotals(deps),
  sameState(deps),
  hashesVerify(deps),
  idsFollow(deps),
  newestVersion(regionOf),
  regionsAgree(),
  equalTotals(deps),
  alertsNotLost(),
  ...(deps.consistency === 'strong' ? [oneChain(deps)] : []),
];
