/**
 * Every rejected entry has exactly one case, every case is about an entry that is there, and only a resolution that is
 * there settles one.
 */
import type { FoldedStream } from '../../../domain/fold/folded-stream.ts';
import type { Checker, Words } from './checker.ts';

export const oneCaseEach = (): Checker => ({
  invariant: '5 every rejected entry has exactly one case',
  checkStream: ({ stream, replicas }) => {
    for (const { region, folded } of replicas) {
      const words = wrongCases(folded);
      if (words) return `${stream} in ${region}: ${words}`;
    }
    return undefined;
  },
});

const wrongCases = ({ history, cases }: FoldedStream): Words => {
  const casesAt = new Map<string, number>();
  for (const { position } of cases) casesAt.set(position, (casesAt.get(position) ?? 0) + 1);
  for (const { position, accepted } of history)
    if (!accepted && casesAt.get(position) !== 1)
      return `${position} is rejected and has ${casesAt.get(position) ?? 0} cases`;
  const positions = new Set(history.map(({ position }) => position));
  const resolutions = new Set(history.filter(({ types }) => types.includes('ConflictResolved')).map(({ id }) => id));
  for (const { position, settledBy } of cases) {
    if (!positions.has(position) || casesAt.get(position) !== 1) return `${position} has cases, but no one place`;
    if (settledBy !== undefined && !resolutions.has(settledBy)) return `${position} is settled by nobody`;
  }
  return undefined;
};
