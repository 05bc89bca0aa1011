/**
 * Reference fold, part 5: what a person must decide, and the class of the stream.
 */
import { type StreamClass, streamClasses } from '../../../domain/fold/folded-stream.ts';
import type { Lifecycle, Status } from '../../../domain/lifecycle/define-lifecycle.ts';
import { byIdThenPosition } from './admission.ts';
import { areConcurrent, type Dispute, writesOf } from './fields.ts';
import { canMoveStatus, type History, isResolution, type Step, statusAfter } from './history.ts';
import type { Participant } from './participants.ts';

export interface Classification {
  readonly class: StreamClass;
  readonly ambiguous: boolean;
}

export interface Judged {
  /** In the order in which they were admitted. */
  readonly participants: readonly Participant[];
  readonly history: History;
  readonly disputes: readonly Dispute[];
}

export const classify = ({ participants, history, disputes }: Judged, lifecycle: Lifecycle): Classification => {
  const { steps } = history;
  const rejected = steps.filter(isRejected).map((step) => step.participant);
  const resolutions = steps
    .filter((step) => !isRejected(step))
    .map((step) => step.participant)
    .filter(isResolution);
  const contested = findContested({ participants, steps }, lifecycle);

  const names = (resolution: Participant, it: Participant) => casesNamedBy(resolution).includes(it.entry.id);
  const isSettled = (it: Participant) => resolutions.some((by) => by.past.has(it) && names(by, it));
  const isChosen = (it: Participant) =>
    resolutions.some((by) => by.past.has(it) && (names(by, it) || statusDecidedBy(by) !== undefined));
  const isDisputeSettled = ({ keyedBy, parties }: Dispute) =>
    resolutions.some((by) => names(by, keyedBy) && parties.every((party) => by.past.has(party)));

  const ambiguous = history.ambiguous.some((it) => !isChosen(it));
  const isReview =
    ambiguous ||
    rejected.some((it) => contested.has(it) && !isSettled(it)) ||
    disputes.some((dispute) => !isDisputeSettled(dispute)) ||
    disagreements(participants, resolutions).some((pair) => !isReunited(pair, resolutions));
  const isIllegal = rejected.some((it) => !contested.has(it) && !isSettled(it));
  const hadCase = rejected.length > 0 || history.ambiguous.length > 0 || disputes.length > 0;
  const isLate = rejected.length === 0 && !isInIdOrder(steps);
  const concurrent = pairsOf(participants).filter(([left, right]) => areConcurrent(left, right));
  const isPrecedence = hadCase || concurrent.some((pair) => isDecidedByRule(pair, lifecycle));

  const holds: Record<StreamClass, boolean> = {
    none: true,
    merged: concurrent.length > 0,
    late: isLate,
    precedence: isPrecedence,
    illegal: isIllegal,
    review: isReview,
  };
  return { class: streamClasses.findLast((it) => holds[it]) ?? 'none', ambiguous };
};

const isRejected = ({ to }: Step): boolean => to === undefined;

/**
 * Rejected entries that were legal had it not been for an entry which they had not seen: where they would have led is
 * where later entries that saw them would have stood.
 */
const findContested = (
  { participants, steps }: { readonly participants: readonly Participant[]; readonly steps: readonly Step[] },
  lifecycle: Lifecycle,
): ReadonlyMap<Participant, ReadonlySet<Status>> => {
  const contested = new Map<Participant, ReadonlySet<Status>>();
  const rejected = new Set(steps.filter(isRejected).map((step) => step.participant));
  const movers = steps.filter((step) => !isRejected(step) && canMoveStatus(step.participant, lifecycle));
  for (const it of participants.filter((participant) => rejected.has(participant))) {
    const beforeOpponents = movers.filter((step) => !it.past.has(step.participant)).map((step) => step.from);
    const afterContested = [...contested].flatMap(([other, reached]) => (it.past.has(other) ? [...reached] : []));
    const reached = [...beforeOpponents, ...afterContested].flatMap((status) => statusAfter(it, status) ?? []);
    if (it.isKeyReused || reached.length > 0) contested.set(it, new Set(reached));
  }
  return contested;
};

const casesNamedBy = ({ events }: Participant): readonly string[] =>
  events.flatMap(({ resolution }) => resolution?.cases ?? []);

const statusDecidedBy = ({ events }: Participant): Status | undefined =>
  events.flatMap(({ resolution }) => resolution?.status ?? []).at(-1);

/** Two people who decided differently without having seen each other. */
const disagreements = (participants: readonly Participant[], resolutions: readonly Participant[]) =>
  pairsOf(participants.filter((it) => resolutions.includes(it) && statusDecidedBy(it) !== undefined)).filter(
    ([left, right]) => areConcurrent(left, right) && statusDecidedBy(left) !== statusDecidedBy(right),
  );

const isReunited = ([left, right]: Pair, resolutions: readonly Participant[]): boolean =>
  resolutions.some((later) => later.past.has(left) && later.past.has(right));

/** Both may move the status, or both write one last-writer-wins field: the lifecycle or the clock decides. */
const isDecidedByRule = ([left, right]: Pair, lifecycle: Lifecycle): boolean => {
  const lwwFields = (it: Participant) =>
    writesOf(it)
      .filter(({ field }) => lifecycle.fields[field]?.merge === 'lww')
      .map(({ field }) => field);
  const writeOneField = lwwFields(left).some((field) => lwwFields(right).includes(field));
  return writeOneField || (canMoveStatus(left, lifecycle) && canMoveStatus(right, lifecycle));
};

const isInIdOrder = (steps: readonly Step[]): boolean =>
  pairsOf(steps).every(([earlier, later]) => byIdThenPosition(earlier.participant.entry, later.participant.entry) < 0);

type Pair = readonly [Participant, Participant];

const pairsOf = <Item>(items: readonly Item[]): (readonly [Item, Item])[] =>
  items.flatMap((left, i) => items.slice(i + 1).map((right) => [left, right] as const));
