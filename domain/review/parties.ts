/**
 * Whom a case is between: the entry that it is about, and those on the other side.
 *
 * The fold names them by id; here they are found again, with what each had seen. What has come since a person decided is
 * no party, whatever the fold makes of it by now: the page of a settled case shows what was decided. Pure.
 */
import { type Admitted, type ClosedCut, closeCut } from '../fold/closed-cut.ts';
import type { Case, FoldedStream } from '../fold/folded-stream.ts';
import type { Entry } from '../ledger/entry.ts';
import type { Lifecycle } from '../lifecycle/define-lifecycle.ts';

export interface ReviewedCase {
  readonly entries: readonly Entry[];
  readonly lifecycle: Lifecycle;
  /** The fold of `entries`. */
  readonly folded: FoldedStream;
  /** One of its cases. */
  readonly found: Case;
}

export interface CaseParties {
  readonly closed: ClosedCut;
  /** The case's own entry first, the others in order of admission. Empty where `found` is no case of the stream. */
  readonly parties: readonly Party[];
  /** The resolution that settled it. */
  readonly settler: Admitted | undefined;
}

export interface Party extends Admitted {
  /** Its duplicates: who saw one of them saw this entry. */
  readonly copies: readonly Admitted[];
}

/** A case with more of them is a writer that went wild: the first ones tell the story, and the page stays readable. */
export const opponentsMax = 50;

export const findParties = (reviewed: ReviewedCase): CaseParties => {
  const { entries, lifecycle, folded, found } = reviewed;
  const closed = closeCut(entries);
  const applied = new Set(folded.history.map(({ position }) => position));
  const standing = closed.admitted.filter(({ entry }) => applied.has(entry.position));
  const toParty = (at: Admitted): Party => ({ ...at, copies: copiesOf(at, closed, folded) });
  const about = standing.find(({ entry }) => entry.position === found.position);
  if (!about) return { closed, parties: [], settler: undefined };
  const settler = standing.find(({ entry }) => entry.id === found.settledBy);
  const opponents = new Set(opponentsOf(about, standing, reviewed));
  const isAmbiguous = found.reasons.includes('ambiguous');
  const others = standing
    .filter((it) => it !== about)
    .filter((it) => opponents.has(it.entry.id) || (isAmbiguous && areRivals(it, about, lifecycle)))
    .slice(0, opponentsMax)
    .map(toParty)
    .filter((it) => !settler || sawParty(settler, it));
  return { closed, parties: [toParty(about), ...others], settler };
};

export const sawParty = (later: Admitted, party: Party): boolean =>
  covers(later, party) || party.copies.some((copy) => covers(later, copy));

export const covers = (later: Admitted, earlier: Admitted): boolean =>
  (later.past[earlier.writer] as number) >= earlier.seq;

const copiesOf = ({ entry }: Admitted, { admitted }: ClosedCut, { duplicates }: FoldedStream): readonly Admitted[] => {
  const positions = new Set(duplicates.filter(({ repeats }) => repeats === entry.id).map(({ position }) => position));
  return positions.size === 0 ? [] : admitted.filter((it) => positions.has(it.entry.position));
};

/** What only followed a contested entry names nobody: its opponents are those of what it followed. */
const opponentsOf = (
  about: Admitted,
  standing: readonly Admitted[],
  { folded, found }: ReviewedCase,
): readonly string[] => {
  if (found.opponents.length > 0 || !found.reasons.includes('contested')) return found.opponents;
  const seen = new Set(standing.filter((it) => covers(about, it)).map(({ entry }) => entry.position));
  return folded.cases
    .filter(({ position, reasons }) => reasons.includes('contested') && seen.has(position))
    .flatMap(({ opponents }) => opponents);
};

/** An ambiguous case names nobody: at issue is whatever else moves the status, and had neither seen the other. */
const areRivals = (left: Admitted, right: Admitted, { eventTypes }: Lifecycle): boolean =>
  left.entry.events.some(({ type }) => eventTypes.get(type)?.canMoveStatus === true) &&
  !covers(left, right) &&
  !covers(right, left);
