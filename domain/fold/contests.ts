/**
 * Tells a rejected entry that lost to a concurrent one from an entry that is simply wrong or early.
 *
 * Contested: it would have been legal in the chosen history right before an accepted entry that can move the status and
 * that its writer had not seen (its opponent), or right after a contested entry that it had seen. Such a case is nobody's
 * mistake, and a person decides. All other rejected entries lack a predecessor or come from a wrong writer.
 */
import type { Step } from './chapters.ts';
import type { Admitted, ClosedCut } from './closed-cut.ts';
import { type Participant, type Participants, saw } from './participants.ts';

export interface Contest {
  /** Those that took the ground from under it; none for an entry that only followed a contested one. */
  readonly opponents: readonly Admitted[];
}

export const findContests = (
  steps: readonly Step[],
  { admitted, parts }: ClosedCut,
  { byOrder }: Participants,
): ReadonlyMap<Participant, Contest> => {
  const rejected = new Set(steps.filter(({ isAccepted }) => !isAccepted).map(({ participant }) => participant));
  const contests = new Map<Participant, Contest>();
  if (rejected.size === 0) return contests;
  const movers = moversByStatus(steps, parts.length);
  /** Per contested entry, the statuses that it would have led to. */
  const outcomes = new Map<Participant, number>();
  /** Per writer and number of its entries: all outcomes of the contested entries up to there. */
  const outcomesUpTo = parts.map((part) => new Int32Array(part.length + 1));
  for (const { order, writer, seq } of admitted) {
    const participant = byOrder[order];
    const part = outcomesUpTo[writer] as Int32Array;
    if (participant?.order === order && rejected.has(participant)) {
      const before = opponentsBefore(participant, movers);
      const after = outcomesAfter(participant, outcomesUpTo);
      const { keyHolder } = participant;
      if (keyHolder || before.outcomes !== 0 || after !== 0) {
        outcomes.set(participant, before.outcomes | after);
        contests.set(participant, { opponents: keyHolder ? [keyHolder] : before.opponents });
      }
    }
    part[seq] = (part[seq - 1] as number) | ((participant && outcomes.get(participant)) ?? 0);
  }
  return contests;
};

type Movers = ReadonlyMap<number, readonly (readonly Step[])[]>;

/** Accepted steps that can move the status, by the status before them and by writer, in order of seq. */
const moversByStatus = (steps: readonly Step[], writerCount: number): Movers => {
  const movers = new Map<number, Step[][]>();
  for (const step of steps) {
    if (!step.isAccepted || !step.participant.canMoveStatus) continue;
    const byWriter = movers.get(step.from) ?? Array.from({ length: writerCount }, () => []);
    movers.set(step.from, byWriter);
    byWriter[step.participant.writer]?.push(step);
  }
  for (const byWriter of movers.values())
    for (const part of byWriter) part.sort((left, right) => left.participant.seq - right.participant.seq);
  return movers;
};

const opponentsBefore = (participant: Participant, movers: Movers) => {
  let outcomes = 0;
  const candidates: Step[] = [];
  for (const [status, byWriter] of movers) {
    const outcome = participant.next[status] as number;
    if (outcome < 0) continue;
    for (const part of byWriter) {
      const unseen = lastUnseen(participant, part);
      if (!unseen) continue;
      outcomes |= 1 << outcome;
      candidates.push(unseen);
    }
  }
  const decisive = candidates.filter(({ to }) => (participant.next[to] as number) < 0);
  const opponents = (decisive.length > 0 ? decisive : candidates).map((step) => step.participant);
  return { outcomes, opponents: opponents.sort((left, right) => left.order - right.order) };
};

/** What it had seen of a writer is a prefix, so the search from the end stops at once but for duplicates. */
const lastUnseen = (participant: Participant, part: readonly Step[]): Step | undefined => {
  for (let i = part.length - 1; i >= 0; i--) {
    const step = part[i] as Step;
    if (step.participant.seq <= (participant.past[step.participant.writer] as number)) return undefined;
    if (!saw(participant, step.participant)) return step;
  }
  return undefined;
};

const outcomesAfter = (participant: Participant, outcomesUpTo: readonly Int32Array[]): number => {
  let seen = 0;
  participant.past.forEach((seq, writer) => {
    seen |= outcomesUpTo[writer]?.[seq] as number;
  });
  let outcomes = 0;
  for (let rest = seen; rest !== 0; rest &= rest - 1) {
    const outcome = participant.next[31 - Math.clz32(rest & -rest)] as number;
    if (outcome >= 0) outcomes |= 1 << outcome;
  }
  return outcomes;
};
