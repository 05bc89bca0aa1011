/**
 * A region draws workflows for its own cases, and for those of another only when that has been silent for long, and no
 * third one was nearer to it.
 */
import { isElected } from '../../../../domain/review/elect-region.ts';
import type { Checker } from '../checker.ts';
import type { ReviewCheckerDeps } from './review-checker.ts';

export const electedAlone = ({ silence, review, table }: ReviewCheckerDeps): Checker => ({
  invariant: '5 a case is taken over from a silent region alone',
  onReview: (event) => {
    if (event.kind !== 'life' || !review) return undefined;
    const { region, life, before } = event;
    if (life.workflow === (before?.workflow ?? 0)) return undefined;
    const regions = [...new Set(table.links.map(({ from }) => from))];
    const silent = new Set(
      regions.filter((peer) => peer !== region && silence.lastSilentMsAgo(region, peer, review.silenceMs) < sleepMsMax),
    );
    if (isElected({ region, regions, acceptedIn: life.acceptedIn, silent })) return undefined;
    return `${region} draws workflow ${life.workflow} for case ${life.caseId} of ${life.stream}, which ${life.acceptedIn} accepted`;
  },
});

/** Who drew may have slept since it looked. */
const sleepMsMax = 35 * 60_000;
