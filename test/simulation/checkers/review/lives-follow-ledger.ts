/**
 * A life changes only as the ledger did: nobody closes a case that has long been open, nor opens one that has long been
 * closed, whatever alert comes late. Who slept in between may act on what was true when he looked.
 */
import { isOver } from '../../../../domain/review/case-life.ts';
import { findCase } from '../../../../services/review/look-at-case.ts';
import { loadItems } from '../../model/simulated-event-store.ts';
import { codesSoFar } from '../../region/projection-code.ts';
import type { Checker } from '../checker.ts';
import type { ReviewCheckerDeps } from './review-checker.ts';

export const livesFollowLedger = ({ table, facts, regionOf, nowMs }: ReviewCheckerDeps): Checker => {
  const changedAtMs = new Map<string, number>();
  return {
    invariant: '5 a life changes only as the ledger did',
    onChange: ({ region, item }) => void changedAtMs.set(`${region} ${item.stream}`, nowMs()),
    onReview: (event) => {
      if (event.kind !== 'life') return undefined;
      const { region, life, before } = event;
      const { stream, caseId } = life;
      if (before && isOver(before) === isOver(life)) return undefined;
      const quietMs = nowMs() - (changedAtMs.get(`${region} ${stream}`) ?? 0);
      if (quietMs < sleepMsMax || facts.wasDamaged(region, stream)) return undefined;
      const { entries } = loadItems(stream, table.committed(region, stream));
      const newest = regionOf(region)?.code.newest().number ?? 1;
      const isOpenBy = codesSoFar(newest).map(
        (code) => findCase({ entries, lifecycle: code.lifecycle, folded: code.fold(entries) }, caseId).kind === 'open',
      );
      const isJustified = isOpenBy.includes(!isOver(life));
      return isJustified ? undefined : `case ${caseId} of ${stream} becomes ${life.state} in ${region}, and is not`;
    },
  };
};

/** Two long pauses between the look and the step. */
const sleepMsMax = 35 * 60_000;
