/**
 * Every invariant that can be checked by now. A new one is one file and one line here.
 */
import type { Checker, CheckerDeps } from './checker.ts';
import { gaplessParts } from './gapless-parts.ts';
import { hashesVerify } from './hashes-verify.ts';
import { idsFollow } from './ids-follow.ts';
import { nothingLost } from './nothing-lost.ts';
import { oneCaseEach } from './one-case-each.ts';
import { oneChain } from './one-chain.ts';
import { oneEffect } from './one-effect.ts';
import { regionsAgree } from './regions-agree.ts';
import { rightTotals } from './right-totals.ts';
import { sameState } from './same-state.ts';
import { viewsAdvance } from './views-advance.ts';

export const createCheckers = (deps: CheckerDeps): readonly Checker[] => [
  nothingLost(deps),
  gaplessParts(deps),
  viewsAdvance(),
  oneEffect(deps),
  oneCaseEach(),
  rightTotals(deps),
  sameState(deps),
  hashesVerify(deps),
  idsFollow(deps),
  regionsAgree(),
  ...(deps.consistency === 'strong' ? [oneChain(deps)] : []),
];
