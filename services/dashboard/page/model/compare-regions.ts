/** What each region's answer about one order lacks of what the others have seen. Pure. */
import { type Cut, seqAt } from '../../../../domain/ledger/cut.ts';

/** All that any of them has seen. */
export const unionOfCuts = (cuts: readonly Cut[]): Cut => {
  const union: Record<string, number> = {};
  for (const cut of cuts)
    for (const [writer, seq] of Object.entries(cut)) union[writer] = Math.max(seqAt(union, writer), seq);
  return union;
};

export interface Unseen {
  readonly entries: number;
  /** `us-east-1:3 to 5`, by writer. */
  readonly ranges: readonly string[];
}

export const unseenOf = (cut: Cut, all: Cut): Unseen => {
  const parts = Object.keys(all)
    .sort()
    .map((writer) => ({ writer, first: seqAt(cut, writer) + 1, last: seqAt(all, writer) }))
    .filter(({ first, last }) => first <= last);
  return {
    entries: parts.reduce((sum, { first, last }) => sum + last - first + 1, 0),
    ranges: parts.map(({ writer, first, last }) => `${writer}:${first === last ? first : `${first} to ${last}`}`),
  };
};
