/**
 * What people have decided about a case, in the order of the history.
 *
 * More than one where two decided at once, in regions that did not see each other, or where somebody decided again about
 * what came later. All stay in the ledger; one of them is why the order stands as it does. Pure.
 */
import { decodeTime } from 'ulid';
import { closeCut } from '../fold/closed-cut.ts';
import { type FoldedStream, isOpen } from '../fold/folded-stream.ts';
import type { Entry } from '../ledger/entry.ts';
import { type Lifecycle, resolutionType, type Status } from '../lifecycle/define-lifecycle.ts';
import { readResolution } from '../lifecycle/read-resolution.ts';
import type { ResolutionPayload } from '../lifecycle/resolution-events.ts';
import { covers } from './parties.ts';

export interface CaseDecision {
  readonly entryId: string;
  readonly position: string;
  /** Where it was accepted. */
  readonly region: string;
  readonly actor?: string | undefined;
  /** By the writer's clock. */
  readonly atMs: number;
  readonly reason: string;
  readonly status?: Status | undefined;
  /** Names alone. */
  readonly fields?: readonly string[] | undefined;
  /** At most one does: none while the case is open. */
  readonly stands: boolean;
}

export interface DecisionsInput {
  readonly entries: readonly Entry[];
  readonly lifecycle: Lifecycle;
  /** The fold of `entries`. */
  readonly folded: FoldedStream;
  readonly caseId: string;
}

export const decisionsAbout = (input: DecisionsInput): readonly CaseDecision[] => {
  const found = findDecisions(input);
  const standing = standingOf(found, input);
  return found.map(({ entry, payload: { reason, status, fields } }) => ({
    entryId: entry.id,
    position: entry.position,
    region: entry.region,
    ...(entry.actor !== undefined && { actor: entry.actor }),
    atMs: entry.recordedAt ?? decodeTime(entry.id),
    reason,
    ...(status !== undefined && { status }),
    ...(fields !== undefined && { fields: Object.keys(fields).sort() }),
    stands: entry === standing,
  }));
};

interface Found {
  readonly entry: Entry;
  readonly payload: ResolutionPayload;
  readonly isAccepted: boolean;
  /** Whether it had seen what the case is about. */
  readonly isInformed: boolean;
}

/** Those that name the case, and the one that settled it unnamed. */
const findDecisions = ({ entries, lifecycle, folded, caseId }: DecisionsInput): readonly Found[] => {
  const steps = folded.history.filter(({ types }) => types.includes(resolutionType));
  if (steps.length === 0) return [];
  const { admitted } = closeCut(entries);
  const admittedAt = new Map(admitted.map((it) => [it.entry.position, it]));
  const abouts = admitted.filter(({ entry }) => entry.id === caseId);
  const settlers = new Set(folded.cases.filter(({ id }) => id === caseId).map(({ settledBy }) => settledBy));
  return steps.flatMap(({ position, accepted }) => {
    const at = admittedAt.get(position);
    const payload = at && readResolution(at.entry, lifecycle);
    if (!payload || !(payload.cases.includes(caseId) || settlers.has(at.entry.id))) return [];
    const isInformed = settlers.has(at.entry.id) || abouts.some((about) => covers(at, about));
    return [{ entry: at.entry, payload, isAccepted: accepted, isInformed }];
  });
};

/**
 * The one that settled the case; but where they differ, the last that set the status. A case that was decided by
 * choosing a value for its field is no case any more, and nothing settles it: then the last one, too.
 */
const standingOf = (found: readonly Found[], { folded, caseId }: DecisionsInput): Entry | undefined => {
  const cases = folded.cases.filter(({ id }) => id === caseId);
  if (cases.some(isOpen)) return undefined;
  const accepted = found.filter(({ isAccepted, isInformed }) => isAccepted && isInformed);
  const isAgreed = new Set(accepted.map(({ payload }) => payload.status)).size < 2;
  const settler = accepted.find(({ entry }) => entry.id === cases[0]?.settledBy);
  const last = accepted.findLast(({ payload }) => isAgreed || payload.status !== undefined);
  return (isAgreed && settler ? settler : last)?.entry;
};
