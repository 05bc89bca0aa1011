/**
 * Reference fold, part 3: the least-cost legal history, by trying every candidate.
 */
import { type Lifecycle, noStatus, type Status } from '../../../domain/lifecycle/define-lifecycle.ts';
import { byIdThenPosition, type Event } from './admission.ts';
import type { Participant } from './participants.ts';

export interface Step {
  readonly participant: Participant;
  readonly from: Status;
  /** Undefined when the entry is rejected. */
  readonly to: Status | undefined;
}

export interface History {
  readonly steps: readonly Step[];
  readonly status: Status;
  /** Per ambiguous chapter, the entry that its case is keyed by. */
  readonly ambiguous: readonly Participant[];
}

/** A chapter of more would take minutes. */
const chapterEntriesMax = 7;

export const chooseHistory = (participants: readonly Participant[], lifecycle: Lifecycle): History => {
  const steps: Step[] = [];
  const ambiguous: Participant[] = [];
  let status: Status = noStatus;
  const play = (chapter: readonly Participant[]) => {
    const best = bestCandidates(chapter, { lifecycle, status });
    const chosen = best[0] as Candidate;
    if (best.some((candidate) => candidate.status !== chosen.status)) {
      const last = chosen.steps.map((step) => step.participant).findLast((it) => canMoveStatus(it, lifecycle));
      if (last) ambiguous.push(last);
    }
    steps.push(...chosen.steps);
    status = chosen.status;
  };
  const unplaced = new Set(participants.filter((it) => !isResolution(it)));
  for (const resolution of participants.filter(isResolution)) {
    const chapter = [...unplaced].filter((it) => resolution.past.has(it));
    for (const it of chapter) unplaced.delete(it);
    play(chapter);
    play([resolution]);
  }
  play([...unplaced]);
  return { steps, status, ambiguous };
};

/** The status after an entry whose events are all legal, one after the other; undefined where it is illegal. */
export const statusAfter = (participant: Participant, from: Status): Status | undefined => {
  if (participant.isKeyReused) return undefined;
  return participant.events.reduce<Status | undefined>(
    (status, event) => (status === undefined ? undefined : eventStatusAfter(event, status)),
    from,
  );
};

export const isResolution = ({ events }: Participant): boolean => events.some(({ resolution }) => resolution);

/** By event type, wherever the entry stands. */
export const canMoveStatus = ({ events }: Participant, { statuses }: Lifecycle): boolean =>
  events.some((event) => statuses.some((status) => (eventStatusAfter(event, status) ?? status) !== status));

const eventStatusAfter = ({ type, resolution }: Event, status: Status): Status | undefined => {
  if (resolution) return resolution.status ?? status;
  const transition = type.transitions.find(({ from }) => from === 'any' || from.includes(status));
  return transition?.to === 'same' ? status : transition?.to;
};

interface Candidate {
  readonly steps: readonly Step[];
  readonly status: Status;
  readonly cost: number;
  readonly moves: number;
}

/** Every candidate of least cost, then fewest moves; the one with the smallest id at each step first. */
const bestCandidates = (
  chapter: readonly Participant[],
  { lifecycle, status }: { readonly lifecycle: Lifecycle; readonly status: Status },
): readonly Candidate[] => {
  if (chapter.length > chapterEntriesMax) throw new Error(`a chapter of ${chapter.length} entries is too many to try`);
  const sorted = [...chapter].sort((left, right) => byIdThenPosition(left.entry, right.entry));
  const counted = sorted.filter((it) => !isNeutral(it, lifecycle));
  let best: Candidate[] = [];
  const tryAll = (candidate: Candidate, left: readonly Participant[]): void => {
    if (left.length === 0) {
      const [found] = best;
      const difference = found ? candidate.cost - found.cost || candidate.moves - found.moves : 0;
      if (difference < 0) best = [];
      if (difference <= 0) best.push(candidate);
    }
    for (const next of left) {
      if (left.some((other) => mustComeBefore(other, next))) continue;
      const to = statusAfter(next, candidate.status);
      const isMoved =
        isFact(next) && counted.includes(next) && counted.some((it) => left.includes(it) && next.past.has(it));
      tryAll(
        {
          steps: [...candidate.steps, { participant: next, from: candidate.status, to }],
          status: to ?? candidate.status,
          cost: candidate.cost + (to === undefined ? weightOf(next, lifecycle) : 0),
          moves: candidate.moves + (isMoved ? 1 : 0),
        },
        left.filter((it) => it !== next),
      );
    }
  };
  tryAll({ steps: [], status, cost: 0, moves: 0 }, sorted);
  return best;
};

/**
 * A decision stays after all that it saw, a fact after the earlier facts of its lane; what begins an order waits only for
 * the earlier decisions of its writer.
 */
const mustComeBefore = (earlier: Participant, later: Participant): boolean => {
  if (isFact(later)) return isFact(earlier) && isEarlierInLane(earlier, later);
  if (beginsOrder(later)) return !isFact(earlier) && earlier.writer === later.writer && earlier.seq < later.seq;
  return later.past.has(earlier);
};

const beginsOrder = ({ events: [first] }: Participant): boolean =>
  first?.resolution === undefined &&
  first?.type.transitions.every(({ from, to }) => from.length === 1 && from[0] === noStatus && to !== 'same') === true;

const isFact = ({ entry }: Participant): boolean => entry.kind === 'fact';

const isEarlierInLane = (earlier: Participant, later: Participant): boolean =>
  earlier.writer === later.writer && earlier.entry.source === later.entry.source && earlier.seq < later.seq;

const isNeutral = (participant: Participant, lifecycle: Lifecycle): boolean =>
  participant.events.every((event) => isLegalEverywhere(event, lifecycle)) && !canMoveStatus(participant, lifecycle);

const isLegalEverywhere = (event: Event, { statuses }: Lifecycle): boolean =>
  statuses.every((status) => eventStatusAfter(event, status) !== undefined);

const weightOf = ({ events }: Participant, lifecycle: Lifecycle): number =>
  Math.max(...events.map((event) => (isLegalEverywhere(event, lifecycle) ? 0 : event.type.weight)));
