/**
 * Finds whether any two of a set of entries are concurrent, without comparing all pairs.
 *
 * What an entry saw of a writer is a prefix of that writer's part, and what a writer saw only grows. So of each other
 * writer one candidate is enough: the first entry beyond what was seen. If that one saw us, all later ones did.
 */
import { type Participant, saw } from './participants.ts';

export const hasConcurrentPair = (participants: readonly Participant[]): boolean => {
  const byWriter = Map.groupBy(participants, ({ writer }) => writer);
  if (byWriter.size < 2) return false;
  const parts = [...byWriter.values()].map((part) => part.toSorted((left, right) => left.seq - right.seq));
  return participants.some((participant) =>
    parts.some((part) => {
      const other = firstUnseen(participant, part);
      return other !== undefined && other.writer !== participant.writer && !saw(other, participant);
    }),
  );
};

const firstUnseen = (participant: Participant, part: readonly Participant[]): Participant | undefined => {
  let low = 0;
  let high = part.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { seq, writer } = part[middle] as Participant;
    if (seq <= (participant.past[writer] as number)) low = middle + 1;
    else high = middle;
  }
  while (low < part.length && saw(participant, part[low] as Participant)) low++;
  return part[low];
};
