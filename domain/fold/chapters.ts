/**
 * A resolution closes a chapter: what the person saw is folded first and by itself, then the decision; all else after.
 *
 * So a decision means what it meant on the day: an entry that arrives later can never change the status that was in
 * front of the person. It is judged from the decided status on, and becomes a new case if it does not fit.
 */
import type { Lifecycle } from '../lifecycle/define-lifecycle.ts';
import type { ClosedCut } from './closed-cut.ts';
import type { Slot } from './lanes.ts';
import { leastCostHistory } from './least-cost-history.ts';
import type { Participant, Participants } from './participants.ts';

/** A participant at its place in the history. */
export interface Step {
  readonly participant: Participant;
  /** Index of the status before and after; equal when rejected, or when it moves nothing. */
  readonly from: number;
  readonly to: number;
  readonly isAccepted: boolean;
}

export interface FoldedChapters {
  readonly steps: readonly Step[];
  /** Of each chapter whose best histories end differently: the last entry of it that can move the status. */
  readonly ambiguities: readonly Participant[];
  readonly isApproximated: boolean;
}

export const foldChapters = (closed: ClosedCut, found: Participants, lifecycle: Lifecycle): FoldedChapters => {
  const steps: Step[] = [];
  const ambiguities: Participant[] = [];
  let isApproximated = false;
  let status = 0;
  const apply = (participant: Participant): void => {
    const to = participant.next[status] as number;
    const isAccepted = to >= 0;
    steps.push({ participant, from: status, to: isAccepted ? to : status, isAccepted });
    if (isAccepted) status = to;
  };
  for (const { slots, resolution } of splitChapters(closed, found)) {
    const history = leastCostHistory(slots, status, lifecycle);
    history.order.forEach(apply);
    const last = history.isAmbiguous && history.order.findLast(({ canMoveStatus }) => canMoveStatus);
    if (last) ambiguities.push(last);
    isApproximated ||= history.isApproximated;
    if (resolution) apply(resolution);
  }
  return { steps, ambiguities, isApproximated };
};

interface Chapter {
  readonly slots: readonly Slot[];
  readonly resolution: Participant | undefined;
}

const splitChapters = ({ admitted, parts }: ClosedCut, { participants, byOrder }: Participants): readonly Chapter[] => {
  const resolutions = participants.filter(({ resolution }) => resolution !== undefined);
  /** By order of admission: the chapter of the participant, or of the one that the duplicate stands for. */
  const chapterOf = new Map<Participant, number>();
  const closedUpTo = parts.map(() => 0);
  resolutions.forEach((resolution, chapter) => {
    resolution.past.forEach((seq, writer) => {
      for (const { order } of parts[writer]?.slice(closedUpTo[writer], seq) ?? []) {
        const seen = byOrder[order];
        if (seen && !chapterOf.has(seen)) chapterOf.set(seen, chapter);
      }
      closedUpTo[writer] = Math.max(closedUpTo[writer] as number, seq);
    });
  });
  const slotsByChapter: Slot[][] = Array.from({ length: resolutions.length + 1 }, () => []);
  for (const at of admitted) {
    const stands = byOrder[at.order];
    if (stands && !stands.resolution) slotsByChapter[chapterOf.get(stands) ?? resolutions.length]?.push({ at, stands });
  }
  return slotsByChapter.map((slots, chapter) => ({ slots, resolution: resolutions[chapter] }));
};
